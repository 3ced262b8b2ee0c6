"""病种名录分期

大病名录几年间从7种加到30种。名录写成几期，各写从哪一天起；一种病在不在名录，看那一天有效的一期。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from textwrap import dedent

from fuqi.basics.dates import Span
from fuqi.scheme.diseases import ROUTES
from fuqi.scheme.facts import lists_of_code
from fuqi.scheme.illness import edition_spans, find_diseases
from fuqi.scheme.model import Scheme
from fuqi.scheme.reading.diseases import read_diseases
from fuqi.scheme.reading.reader import Reader
from tests.spec.page import GAP, shown

CHAPTER = 50

GROWING = """
    lists:
      - id: major_treatment
        name: 大病专项救治病种
        class: major
        route: hospital_care
        editions:
          - from: 2017-01-01
            diseases:
              - {id: stomach_cancer, name: 胃癌, icd10: [C16]}
              - {id: childhood_leukaemia, name: 儿童白血病, icd10: [C91.0], age: {below: 18}, words: [急性淋巴细胞白血病]}
          - from: 2018-01-01
            add:
              - {id: lung_cancer, name: 肺癌, icd10: [C34]}
              - {id: cataract, name: 白内障, icd10: [H25, H26], route: cure_once}
              - {id: osteosarcoma, name: 骨肉瘤, icd10_unsure: [C40, C41]}
    """


@dataclass(frozen=True)
class Ill:
    """An illness as it was written, asked about on a day."""

    words: str
    code: str | None = None
    age: int | None = 50
    on: str = "2018-06-01"


def scheme_of(text: str) -> Scheme:
    """Return a scheme that has these lists alone."""
    reader = Reader("diseases.yaml")
    lists = read_diseases(dedent(text), reader).lists
    assert not reader.faults, [str(fault) for fault in reader.faults]
    return Scheme(id="s", name="s", place="", period=Span(), hash="", disease_lists=lists)


def illnesses(text: str, asked: Mapping[Ill, str], *, why: str = "") -> None:
    """Ask which disease an illness is; expected is its id, '' for none, None where it cannot be said."""
    scheme, rows = scheme_of(text), []
    names = {disease.id: disease.name for one in scheme.disease_lists for disease in one.diseases}
    for ill, expected in asked.items():
        day = date.fromisoformat(ill.on) if ill.on else None
        finding = find_diseases(scheme, ill.words, ill.code, ill.age, day)
        got = "?" if finding.undecided else "".join(disease for _, disease, _ in finding.matches)
        assert got == expected, (ill, finding)
        says = f"不能认定：{finding.reason}" if finding.undecided else names.get(got, "不在名录")
        rows.append(
            [ill.on or "（不知道）", ill.words or "—", ill.code or "—", "不知道" if ill.age is None else str(ill.age), says]
        )
    shown(yaml=dedent(text), columns=["哪一天", "病名", "诊断编码", "年龄", "结果"], rows=rows, why=why)


def test_the_edition_in_force_on_the_day_decides() -> None:
    """看那一天有效的一期：`from` 不晚于那一天的各期里最晚的；最早一期以前，名录里一种也没有。

    后一期可以只写比上一期增加的（`add`）和去掉的（`drop`），也可以写完整的 `diseases`。
    """
    illnesses(
        GROWING,
        {
            Ill("胃癌", "C16.9", on="2016-12-31"): "",
            Ill("胃癌", "C16.9", on="2017-01-01"): "stomach_cancer",
            Ill("肺癌", "C34.1", on="2017-12-31"): "",
            Ill("肺癌", "C34.1", on="2018-01-01"): "lung_cancer",
            Ill("胃癌", "C16.9", on="2018-01-01"): "stomach_cancer",
        },
    )


def test_without_a_day_what_changed_cannot_be_said() -> None:
    """不知道是哪一天的，各期说法不同就不能认定。"""
    illnesses(GROWING, {Ill("肺癌", "C34.1", on=""): "?", Ill("高血压", "I10", on=""): ""})


def test_age_limits_hold_in_every_edition() -> None:
    """病种可以限年龄：`below` 是不满多少周岁，`from` 是满多少周岁；年龄不明的不能认定。"""
    illnesses(
        GROWING,
        {
            Ill("急性淋巴细胞白血病", "C91.0", 17): "childhood_leukaemia",
            Ill("急性淋巴细胞白血病", "C91.0", 18): "",
            Ill("急性淋巴细胞白血病", "C91.0", None): "?",
        },
    )


def test_codes_that_do_not_decide() -> None:
    """有的编码可能是这种病，单凭编码定不了，写在 `icd10_unsure`：病名写明了才认定。"""
    illnesses(
        GROWING,
        {
            Ill("右股骨远端骨肉瘤", "C40.2"): "osteosarcoma",
            Ill("右股骨恶性肿瘤", "C40.2"): "?",
            Ill("右股骨恶性肿瘤", "C40.2", on="2017-06-01"): "",
        },
        why="2017年的一期里还没有骨肉瘤，所以那时不用问。",
    )


def test_routes_of_treatment() -> None:
    """治疗办法（`route`）写在病种上；病种没有写的，按名录的：一次治好、住院维持治疗、长期治疗和管理三类。"""
    scheme = scheme_of(GROWING)
    one = scheme.disease_lists[0]
    routes = {disease.name: one.route_of(disease) for disease in one.diseases}
    assert routes["白内障"] == "cure_once"
    assert routes["肺癌"] == "hospital_care"
    rows = [[name, f"`{route}`", ROUTES[route]] for name, route in routes.items()]
    shown(yaml=dedent(GROWING), columns=["病种", "办法", "意思"], rows=rows)


def test_what_cannot_be_written() -> None:
    """写错的，检查时全部指出来。"""
    text = """
        lists:
          - id: major_treatment
            name: 大病专项救治病种
            class: major
            □
        """
    first = "{from: 2017-01-01, diseases: [{id: a, name: 甲病, icd10: [C16]}]}"
    rows = []
    for written, code in {
        "route: hospital": "missing_key value",
        f"editions: [{first}, {{from: 2016-01-01, add: [{{id: b, name: 乙病}}]}}]": "order",
        f"editions: [{first}, {{from: 2018-01-01, add: [{{id: a, name: 甲病}}]}}]": "duplicate_id",
        f"editions: [{first}, {{from: 2018-01-01, drop: [c]}}]": "unknown_disease",
        f"editions: [{first}, {{from: 2018-01-01}}]": "missing_key",
        "editions: [{from: 2018-01-01, add: [{id: b, name: 乙病}]}]": "missing_key",
        "editions: [{diseases: [{id: b, name: 乙病}]}]": "missing_key",
        "editions: []": "empty",
    }.items():
        reader = Reader("diseases.yaml")
        read_diseases(dedent(text).replace(GAP, written), reader)
        assert [fault.code for fault in reader.faults] == code.split(), (written, [str(fault) for fault in reader.faults])
        rows.append([f"`{written}`", "<br>".join(fault.message for fault in reader.faults)])
    shown(yaml=dedent(text), columns=[f"{GAP}写成", "检查时会说"], rows=rows)


def test_lists_of_a_code_follow_the_editions() -> None:
    lists = scheme_of(GROWING).disease_lists
    on = date(2018, 1, 1)
    assert lists_of_code(lists, "C34.1", 50, on) == frozenset({"major_treatment"})
    assert lists_of_code(lists, "C34.1", 50, date(2017, 12, 31)) == frozenset()
    assert lists_of_code(lists, "C34.1", 50) is None
    assert lists_of_code(lists, "I10", 50) == frozenset()
    assert lists_of_code(lists, "C40.2", 50, on) is None
    assert lists_of_code(lists, "C91.0", None, on) is None
    assert lists_of_code(lists, "C91.0", 30, on) == frozenset()
    assert lists_of_code(lists, "胃癌", 30, on) is None


def test_an_illness_that_lasts_is_asked_of_each_edition() -> None:
    scheme = scheme_of(GROWING)
    start, until, second = date(2017, 6, 1), date(2019, 1, 1), date(2018, 1, 1)
    asked = edition_spans(scheme, Span(start, until))
    assert asked == [(Span(start, second), date(2017, 1, 1)), (Span(second, until), second)]
    found = [len(find_diseases(scheme, "肺癌", "C34", 50, day).matches) for _, day in asked]
    assert found == [0, 1]
    before, first, after = edition_spans(scheme, Span())
    assert (before[0], first[0], after[0]) == (Span(None, date(2017, 1, 1)), Span(date(2017, 1, 1), second), Span(second, None))
    assert not find_diseases(scheme, "胃癌", "C16", 50, before[1]).matches
    plain = scheme_of("lists: [{id: a, name: 甲, class: major, diseases: [{id: b, name: 乙病}]}]")
    assert edition_spans(plain, Span(start, until)) == [(Span(start, until), None)]
