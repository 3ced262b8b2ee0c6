"""Drafts as they come: zips of any shape, years as people write them, numbers of a later day."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from fuqi.config.workspace import SCHEME_LIBRARY
from fuqi.flows.trying.claims import SpanError, Years, leading_group, years_asked
from fuqi.flows.trying.drafts import DraftError, open_files, open_version, unpacked
from fuqi.reports.bars import Bars, Pair, picture
from fuqi.scheme import SchemeError
from fuqi.scheme.in_force import benefits_on, dates_after
from fuqi.scheme.spread import class_bounds
from fuqi.scheme.trial import reads_restricted, unknown_groups
from tests.support.trials import TEXT, layers_of

TODAY = date(2018, 5, 1)


def packed(*names: str, text: str = "x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, text)
    return out.getvalue()


def test_files_of_a_zip_go_by_their_names_below_the_scheme() -> None:
    inside = (
        "a/b/scheme.yaml",
        "a/b/benefits.yaml",
        "a/b/cases/one.yaml",
        "a/other.yaml",
        "a/b/picture.png",
        "__MACOSX/b/scheme.yaml",
    )
    assert set(unpacked(packed(*inside), "x.zip")) == {"scheme.yaml", "benefits.yaml", "cases/one.yaml"}
    assert set(unpacked(packed("benefits.yaml"), "x.zip")) == {"benefits.yaml"}


@pytest.mark.parametrize("name", ["../scheme.yaml", "/etc/scheme.yaml", "a/../../scheme.yaml", "C:\\scheme.yaml", "scheme.png"])
def test_a_zip_that_reaches_outside_holds_nothing(name: str) -> None:
    with pytest.raises(DraftError):
        unpacked(packed(name), "x.zip")


def test_a_zip_that_is_too_large_unpacked_is_refused() -> None:
    with pytest.raises(DraftError, match="太大"):
        unpacked(packed("scheme.yaml", text="x" * 6_000_000), "x.zip")
    with pytest.raises(DraftError, match="太多"):
        unpacked(packed(*(f"{number}.yaml" for number in range(300))), "x.zip")


def test_a_draft_without_a_scheme_needs_one_to_stand_on() -> None:
    with pytest.raises(DraftError, match="没有 scheme"):
        open_files({"benefits.yaml": TEXT.encode()}, over=None, folders=[SCHEME_LIBRARY])
    over = SCHEME_LIBRARY / "junshan-2017"
    present = open_version("junshan-2017", folders=[SCHEME_LIBRARY])
    assert open_files({"benefits.yaml": TEXT.encode()}, over=over, folders=[SCHEME_LIBRARY]).hash == present.hash
    with pytest.raises(SchemeError) as refused:
        open_files({"benefits.yaml": TEXT.replace("10%", "10").encode()}, over=over, folders=[SCHEME_LIBRARY])
    assert [fault.place.file for fault in refused.value.faults] == ["junshan-2017/benefits.yaml"]


def test_a_benefits_file_may_stand_alone(tmp_path: Path) -> None:
    path = tmp_path / "benefits.yaml"
    path.write_text("layers: [{id: a, base: in_scope, rate: 50%}]", "utf-8")
    assert open_version(str(path), folders=[]).scheme is None
    path.write_text("layers: [{id: a, base: in_scope, rate: 50}]", "utf-8")
    with pytest.raises(SchemeError):
        open_version(str(path), folders=[])
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SchemeError):
        open_version(str(path), folders=[])


@pytest.mark.parametrize(
    ("asked", "years"),
    [
        ("last-year", Years(2017, 2017, "last-year")),
        ("2016", Years(2016, 2016, "2016")),
        ("2016-2017", Years(2016, 2017, "2016-2017")),
    ],
)
def test_years_are_meant_as_people_write_them(asked: str, years: Years) -> None:
    assert years_asked(asked, Counter({2016: 1, 2017: 5}), today=TODAY) == (years, ())


def test_last_year_is_the_last_full_year_with_claims_and_says_so() -> None:
    years, said = years_asked("last-year", Counter({2015: 1, 2018: 2}), today=TODAY)
    assert (years.first, years.last) == (2015, 2015)
    assert "2017年）没有费用单" in said[0]
    with pytest.raises(SpanError, match="今年"):
        years_asked("last-year", Counter({2018: 2}), today=TODAY)
    with pytest.raises(SpanError):
        years_asked("2017", Counter(), today=TODAY)


def test_a_person_of_several_groups_is_counted_under_the_first_of_the_scheme() -> None:
    order = ("extreme", "poor")
    assert leading_group(frozenset({"poor", "extreme"}), order) == "extreme"
    assert leading_group(frozenset({"z", "y"}), order) == "y"
    assert leading_group(frozenset(), order) == ""
    assert leading_group(None, order) == "?"


DATED = """layers:
  - id: a
    base: in_scope
    rate: {value: [{from: 2017-01-01, value: 70%}, {from: 2018-01-01, value: 80%}], add: [{from: 2019-01-01, points: 5%}]}
    cap: {amount: 100元, per: year}
"""


def test_dated_numbers_are_taken_as_of_a_day() -> None:
    dated = layers_of(DATED)
    assert dates_after(dated, date(2017, 12, 31)) == [date(2018, 1, 1), date(2019, 1, 1)]
    (layer,) = benefits_on(dated, date(2018, 6, 1)).layers
    assert layer.rate is not None
    assert [row.content.text for row in layer.rate.rows] == ["80%"]
    assert dates_after(benefits_on(dated, date(2019, 6, 1)), date.min) == []


def test_groups_and_illnesses_that_a_draft_asks_for_are_found() -> None:
    layers = layers_of(TEXT)
    assert unknown_groups(layers, ["registered_poor"]) == ("extreme_poverty_support",)
    assert not reads_restricted(layers, ["five_kinds"])
    by_code = TEXT.replace("when: \"care = 'inpatient'\"", "when: \"care = 'inpatient' and icd10 = 'A15'\"", 1)
    assert reads_restricted(layers_of(by_code), ["five_kinds"])


def test_classes_have_round_bounds_that_hold_the_largest() -> None:
    assert class_bounds(0) == ()
    assert class_bounds(63_000_00)[-1] == 100_000_00
    assert len(class_bounds(10**9)) == 7


def test_a_picture_escapes_what_it_writes_and_has_a_name() -> None:
    drawn = picture(Bars("甲<b", "说明", (Pair("<b>", 3, 0, "3", "0"),)), width=200, name="one")
    assert "<b>" not in drawn
    assert '<title id="one-title">甲&lt;b</title>' in drawn
    assert drawn.count("<rect x=") == 1
