"""The national list of major diseases as the notices lengthened it: 7, 21, 25 and 30 names, all marked as unconfirmed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fuqi.basics.dates import Span
from fuqi.scheme.diseases import DiseaseList
from fuqi.scheme.illness import find_diseases
from fuqi.scheme.model import Scheme
from fuqi.scheme.reading.diseases import read_diseases
from fuqi.scheme.reading.reader import Reader

FILE = Path(__file__).parents[2] / "schemes" / "national" / "diseases.yaml"


@pytest.fixture(scope="module")
def major() -> DiseaseList:
    reader = Reader("diseases.yaml")
    lists = read_diseases(FILE.read_text("utf-8"), reader).lists
    assert reader.faults == []
    return next(one for one in lists if one.id == "major_treatment")


@pytest.mark.parametrize(("year", "names"), [(2016, 0), (2017, 7), (2018, 21), (2019, 25), (2020, 30), (2025, 30)])
def test_how_many_names_each_year_has(major: DiseaseList, year: int, names: int) -> None:
    assert len(major.on(date(year, 12, 31))) == names


def test_nothing_of_it_was_read_in_the_notices_themselves(major: DiseaseList) -> None:
    assert not major.confirmed
    assert not any(edition.confirmed for edition in major.editions)


@pytest.mark.parametrize(
    ("words", "code", "age", "disease"),
    [
        ("白内障", "H25.1", 70, "cataract"),
        ("右股骨骨肉瘤", "C40.2", 20, "osteosarcoma"),
        ("右股骨恶性肿瘤", "C40.2", 20, None),
        ("肺结核", "A15.0", 40, ""),
        ("耐多药肺结核", "U84.3", 40, "multidrug_resistant_tuberculosis"),
        ("室间隔缺损", "Q21.0", 5, "childhood_congenital_heart_disease"),
        ("室间隔缺损", "Q21.0", 40, ""),
        ("脑梗死后遗症", "I69.3", 70, ""),
    ],
)
def test_which_illness_is_on_it_in_2020(major: DiseaseList, words: str, code: str, age: int, disease: str | None) -> None:
    scheme = Scheme(id="s", name="s", place="", period=Span(), hash="", disease_lists=(major,))
    found = find_diseases(scheme, words, code, age, date(2020, 6, 1))
    assert (None if found.undecided else "".join(one for _, one, _ in found.matches)) == disease
