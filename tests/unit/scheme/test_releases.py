"""Versions: draft, tested, official; official only if everything comes out, and a changed file is a draft again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fuqi.basics.errors import FuqiError
from fuqi.commands.main import run
from fuqi.flows.releasing import release_scheme
from fuqi.scheme import SchemeError, load_scheme
from fuqi.scheme.cases import check_scheme
from fuqi.scheme.model import Release, Scheme
from fuqi.scheme.releases import SchemeReleaseError, release_in_force, version_words
from tests.support.small_scheme import BENEFITS, CASES, laid

TODAY = date(2026, 11, 23)
START = date(2017, 1, 1)


def released(root: Path, *, starts_on: date = START, by: str = "王主任", note: str = "", **changed: str) -> Release:
    return release_scheme(laid(root, **changed), [root], starts_on=starts_on, by=by, today=TODAY, note=note)[0]


def loaded(root: Path) -> Scheme:
    return load_scheme(root / "small", bases=[root])


def against(root: Path, **given: object) -> set[str]:
    with pytest.raises(SchemeReleaseError) as refused:
        released(root, **given)  # type: ignore[arg-type]
    assert not (root / "small" / "releases.yaml").exists() or given.get("again")
    return {fault.code for fault in refused.value.faults}


def test_a_sound_scheme_whose_cases_come_out_is_tested_and_then_official(tmp_path: Path) -> None:
    laid(tmp_path)
    before = loaded(tmp_path)
    assert (before.state, before.state_word) == ("tested", "已试算")
    made = released(tmp_path, note="县政府常务会议\n通过“2017年”方案")
    after = loaded(tmp_path)
    assert after.hash == before.hash, "the register is no part of the version"
    assert after.state == "official"
    assert after.releases == (made,)
    assert (made.by, made.released_on, made.cases, made.note) == ("王主任", TODAY, 1, "县政府常务会议 通过“2017年”方案")
    assert version_words(after, after.hash) == f"{after.hash[:12]}（正式，2017-01-01起执行）"
    assert check_scheme(tmp_path / "small", bases=[tmp_path]) == []


def test_a_changed_file_of_scheme_or_base_is_a_draft_again(tmp_path: Path) -> None:
    released(tmp_path)
    old = loaded(tmp_path)
    benefits = tmp_path / "small" / "benefits.yaml"
    benefits.write_text(BENEFITS + "# \n", encoding="utf-8")
    changed = loaded(tmp_path)
    assert changed.state == "tested"
    assert version_words(changed, old.hash) == f"{old.hash[:12]}（正式，2017-01-01起执行）"
    assert version_words(changed, "f" * 64) == "ffffffffffff（没有正式发布）"
    benefits.write_text(BENEFITS, encoding="utf-8")
    assert loaded(tmp_path).state == "official"
    base = tmp_path / "country" / "groups.yaml"
    base.write_text(base.read_text("utf-8") + "# \n", encoding="utf-8")
    assert loaded(tmp_path).state == "tested"


def test_a_scheme_whose_cases_fail_or_that_has_none_is_a_draft_and_cannot_be_released(tmp_path: Path) -> None:
    wrong = CASES.replace("1000元 * 50%", "1000元 * 60%")
    assert against(tmp_path / "a", a=wrong) == {"case"}
    assert loaded(tmp_path / "a").state == "draft"
    assert against(tmp_path / "b", a="cases: []\n") == {"no_cases"}
    assert loaded(tmp_path / "b").state == "draft"
    faulty = laid(tmp_path / "c", benefits=BENEFITS.replace("60%", "60"))
    with pytest.raises(SchemeError):
        release_scheme(faulty, [tmp_path / "c"], starts_on=START, by="王", today=TODAY)


def test_who_and_from_when_must_be_said_and_stand_in_the_scheme(tmp_path: Path) -> None:
    assert against(tmp_path, by=" ") == {"by"}
    assert against(tmp_path, starts_on=date(2016, 12, 31)) == {"from"}
    assert against(tmp_path, starts_on=date(2019, 1, 1), by="") == {"by", "from"}


def test_a_version_is_released_once_and_later_ones_do_not_begin_earlier(tmp_path: Path) -> None:
    released(tmp_path, starts_on=date(2017, 6, 1))
    with pytest.raises(SchemeReleaseError) as refused:
        released(tmp_path, starts_on=date(2017, 6, 1))
    assert {fault.code for fault in refused.value.faults} == {"released"}
    more = BENEFITS.replace("100000元", "120000元")
    with pytest.raises(SchemeReleaseError) as refused:
        released(tmp_path, starts_on=date(2017, 5, 31), benefits=more)
    assert {fault.code for fault in refused.value.faults} == {"from"}
    released(tmp_path, starts_on=date(2018, 1, 1), benefits=more, by='李"某"')
    scheme = loaded(tmp_path)
    assert [release.by for release in scheme.releases] == ["王主任", '李"某"']
    in_force = [release_in_force(scheme, day) for day in (START, date(2017, 12, 31), date(2018, 1, 1))]
    assert in_force == [None, scheme.releases[0], scheme.releases[1]]


def test_a_version_below_the_floor_of_its_base_needs_a_reason(tmp_path: Path) -> None:
    low = BENEFITS.replace("rate: 50%}, {to: 20000", "rate: 45%}, {to: 20000")
    assert against(tmp_path, benefits=low) == {"below_floor"}
    assert released(tmp_path, benefits=low, note="试点期间，省里批准").note == "试点期间，省里批准"


def test_an_entry_by_hand_makes_no_version_official_whose_cases_fail(tmp_path: Path) -> None:
    laid(tmp_path, a=CASES.replace("1000元 * 50%", "1000元 * 60%"))
    scheme = loaded(tmp_path)
    register = tmp_path / "small" / "releases.yaml"
    register.write_text(
        f"releases:\n  - {{hash: {scheme.hash}, from: 2017-01-01, on: 2017-01-01, cases: 1, by: 王}}\n", encoding="utf-8"
    )
    assert loaded(tmp_path).state == "draft"
    found = check_scheme(tmp_path / "small", bases=[tmp_path])
    assert [(fault.code, fault.place.file, fault.place.line) for fault in found] == [
        ("official_failing", "small/releases.yaml", 2)
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("releases: []\nmore: x\n", "unknown_key"),
        ("releases: [{hash: abc, from: 2017-01-01, on: 2017-01-01, cases: 1, by: 王}]\n", "value"),
        ("releases: [{from: 2017-01-01, on: 2017-01-01, cases: 1, by: 王}]\n", "missing_key"),
        ("releases:\n" + 2 * f"  - {{hash: {'a' * 64}, from: 2017-01-01, on: 2017-01-01, cases: 1, by: 王}}\n", "duplicate_id"),
    ],
)
def test_a_spoilt_register_is_a_fault(tmp_path: Path, text: str, code: str) -> None:
    folder = laid(tmp_path)
    (folder / "releases.yaml").write_text(text, encoding="utf-8")
    assert code in {fault.code for fault in check_scheme(folder, bases=[tmp_path])}


def test_the_commands_check_release_and_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(laid(tmp_path))
    assert run(["scheme", "check", folder]) == 0
    assert "没有错误，有 0 处提醒、0 处尚未核实。" in capsys.readouterr().out
    assert run(["scheme", "release", folder, "--from", "2017-01-01", "--by", "王主任"]) == 0
    assert "自2017-01-01起执行，1 个算例都通过，由王主任发布" in capsys.readouterr().out
    assert run(["scheme", "release", folder, "--from", "2017-01-01", "--by", "王主任"]) == 2
    assert "这个版本已于" in capsys.readouterr().err
    assert run(["scheme", "check", folder]) == 0
    assert "（正式，2017-01-01起执行）" in capsys.readouterr().out
    other = str(laid(tmp_path / "other", benefits=BENEFITS.replace("400元", "300元")))
    assert run(["scheme", "diff", folder, other]) == 1
    assert "基本医保：医院级别是县级时的起付线 400.00元 → 300.00元\n共 1 处不同" in capsys.readouterr().out
    assert run(["scheme", "diff", folder, folder]) == 0
    assert "完全相同" in capsys.readouterr().out
    assert run(["scheme", "clauses", folder]) == 0
    said = capsys.readouterr().out
    assert "照此执行  第一条（one）" in said
    assert "靠人记录：名单“结算”的是否转诊列" in said
    laid(tmp_path, clauses="clauses: []\n")
    assert run(["scheme", "clauses", folder]) == 1
    assert "没有说明  第三条" in capsys.readouterr().out


def test_a_register_that_cannot_be_written_leaves_the_version_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = laid(tmp_path)

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(FuqiError, match="没有发布"):
        release_scheme(folder, [tmp_path], starts_on=START, by="王", today=TODAY)
    assert loaded(tmp_path).state == "tested"
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_a_register_changed_by_hand_is_not_spoilt_further(tmp_path: Path) -> None:
    folder = laid(tmp_path)
    (folder / "releases.yaml").write_text("releases: []\n", encoding="utf-8")
    with pytest.raises(SchemeReleaseError, match="接不上"):
        release_scheme(folder, [tmp_path], starts_on=START, by="王", today=TODAY)
    assert (folder / "releases.yaml").read_text("utf-8") == "releases: []\n"
