"""A small sound scheme in a folder, with a base, and ways to change its files."""

from __future__ import annotations

from pathlib import Path

from fuqi.basics.errors import Fault
from fuqi.scheme import load_scheme, remarks
from fuqi.scheme.cases import check_scheme
from fuqi.scheme.model import Scheme

BASE = {
    "scheme.yaml": "language: 1\nid: country\nname: 全国规定\ndocuments: [{id: law, name: 国家规定}]\n",
    "groups.yaml": """\
groups:
  - {id: poor, name: 旧名, source: {document: law, clause: 第一条}}
  - {id: old, name: 老人, source: {document: law, clause: 第二条}}
""",
    "floors.yaml": """\
floors:
  - {id: aid, name: 救助的支付比例, fund: aid, key: rate, when: "'poor' in groups", at_least: 50%,
     source: {document: law, clause: 第三条}}
""",
}
SCHEME = """\
language: 1
id: small
name: 小县方案
place: "430611"
period: {start: 2017-01-01, until: 2019-01-01}
base: country
documents:
  - {id: plan, name: 方案}
"""
TEXT = "# 方案\n\n### 第一条 {#one}\n住院报一半。\n\n### 第二条 {#two}\n贫困人口再救助。\n\n### 第三条 {#three}\n逐级转诊。\n"
BENEFITS = """\
language: 1
funds: {basic: 基本医保基金, aid: 救助资金}
layers:
  - id: basic
    name: 基本医保
    when: "care = 'inpatient'"
    base: in_scope
    deductible:
      amount:
        - {when: "hospital_level in ('village', 'township')", value: 100元}
        - {when: "hospital_level = 'county'", value: 400元}
        - {value: 800元}
    rate:
      value:
        - {from: 2017-01-01, when: "in_county", value: 60%}
        - {from: 2017-01-01, value: 50%}
        - {from: 2018-01-01, value: 70%}
      add: [{when: "'poor' in groups", points: 10%}]
    cap: {amount: 100000元, per: year}
    fund: basic
    source: {document: plan, clause: one}
  - id: aid
    name: 医疗救助
    when: "care = 'inpatient' and ('poor' in groups or 'old' in groups)"
    base: in_scope - paid.basic
    period: year
    deductible: {amount: [{when: "'poor' in groups", value: 0}, {value: 1000元}]}
    brackets: [{to: 5000元, rate: 50%}, {to: 20000元, rate: 60%}, {rate: 70%}]
    from: base
    cap: {amount: 20000元, per: year}
    fund: aid
    source: {document: plan, clause: two}
"""
GROUPS = """\
groups:
  - {id: poor, name: 贫困人口, comes_from: household, words: [贫困户], source: {document: plan, clause: two}}
"""
DISEASES = """\
lists:
  - id: major
    name: 大病
    class: major
    source: {document: plan, clause: one}
    diseases:
      - {id: cancer, name: 胃癌, icd10: [C16], words: [胃恶性肿瘤]}
      - {id: leukaemia, name: 儿童白血病, icd10: [C91.0], age: {below: 18}}
"""
INDICATORS = """\
trend: [2017-06-30]
definitions: {person: {poor_people: "'poor' in groups"}}
indicators:
  - {id: people, name: 人数, over: person, measure: count, numerator: poor_people, considered: "true",
     reasons: [{when: "'poor' not in groups", reason: 不是贫困人口}], source: {document: plan, clause: one}}
"""
CLAUSES = """\
clauses:
  - {clause: three, state: recorded, by: 名单“结算”的是否转诊列}
"""
CASES = """\
cases:
  - name: 一般居民
    claims:
      - {claim_id: c1, person_id: p, settled_at: 2017-01-01, discharged: 2017-01-01, care: inpatient, groups: [],
         hospital_level: city, in_county: false, total: 2000元, in_scope: 1800元}
    expect: {c1: {basic: 1000元 * 50%, aid: 0元, self_pay: 2000元 - basic}}
    illnesses: [{words: 胃癌, lists: [major]}]
"""
SOUND = {
    "scheme.yaml": SCHEME,
    "text.md": TEXT,
    "benefits.yaml": BENEFITS,
    "groups.yaml": GROUPS,
    "diseases.yaml": DISEASES,
    "indicators.yaml": INDICATORS,
    "clauses.yaml": CLAUSES,
    "cases/a.yaml": CASES,
}


def laid(root: Path, name: str = "small", **changed: str) -> Path:
    """Write the scheme under a folder's name, with some files changed by the name before the dot, and its base beside it.

    `base_<file>` changes a file of the base; files that are not among the sound ones are added.
    """
    for file, text in BASE.items():
        _write(root / "country" / file, changed.get(f"base_{Path(file).stem}", text))
    for file, text in SOUND.items():
        _write(root / name / file, changed.get(Path(file).stem, text))
    return root / name


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def loaded(root: Path, name: str = "small", **changed: str) -> Scheme:
    """Return the scheme, which must be sound."""
    return load_scheme(laid(root, name, **changed), bases=[root])


def faults(root: Path, **changed: str) -> list[Fault]:
    """Return what is wrong with the changed scheme."""
    return check_scheme(laid(root, **changed))


def remarks_on(root: Path, **changed: str) -> list[Fault]:
    """Return the remarks on the changed scheme, which must be sound."""
    return remarks(loaded(root, **changed))
