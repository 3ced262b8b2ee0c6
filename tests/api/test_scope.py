"""What is not yours reads as what is not there; names stay covered; restricted illnesses are a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.test_county import aids_patient
from tests.support.accounts import TOWNSHIP_CLERK
from tests.support.api import ID_OF_NOBODY, Program, Reply
from tests.support.county import find_rows

ELSEWHERE = "430611102207"
NOWHERE = "430699999999"
COUNTY = "430611"
NOBODY = 999_999

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def treated(officer: Program) -> list[dict[str, str]]:
    """Return those who are counted as treated, from all of the county."""
    found = officer.get("/figures/major_treatment_rate/list?size=200").said["items"]
    assert len(found) > 50
    return [line for line in found if line["person"]]


@pytest.fixture(scope="module")
def stranger(treated: list[dict[str, str]], clerk: Program) -> int:
    """Return the serial number of somebody who lives outside the clerk's township."""
    own = {line["person"] for line in clerk.get("/figures/major_treatment_rate/list?size=200").said["items"]}
    return int(next(line["person"] for line in treated if line["person"] not in own))


def without_own_words(reply: Reply, *words: object) -> bytes:
    content = reply.content
    for word in words:
        content = content.replace(str(word).encode(), b"")
    return content


def test_somebody_elsewhere_reads_like_nobody(clerk: Program, doctor: Program, officer: Program, stranger: int) -> None:
    assert officer.get(f"/people/{stranger}").status == 200
    for program in (clerk, doctor):
        assert program.get(f"/people/{stranger}").status == 404
        assert program.get(f"/people/{stranger}").content == program.get(f"/people/{NOBODY}").content


def test_a_place_elsewhere_reads_like_none(clerk: Program) -> None:
    for path in ("/figures?place={}", "/figures/major_treatment_rate?place={}", "/figures/major_treatment_rate/list?place={}"):
        there, nowhere = clerk.get(path.format(ELSEWHERE)), clerk.get(path.format(NOWHERE))
        assert there.status == nowhere.status == 404
        assert without_own_words(there, ELSEWHERE) == without_own_words(nowhere, NOWHERE)
    assert clerk.get(f"/figures?place={COUNTY}").status == 404
    there, nowhere = clerk.get(f"/adjustments?place={ELSEWHERE}"), clerk.get(f"/adjustments?place={NOWHERE}")
    assert there.content == nowhere.content


def test_a_bill_elsewhere_reads_like_none(clerk: Program, officer: Program, stranger: int) -> None:
    number = officer.get(f"/people/{stranger}").said["settlements"][0]
    assert officer.get(f"/settlements?number={number}").said["items"][0]["person"] == f"{stranger:06d}"
    assert clerk.get(f"/settlements?number={number}").status == 404
    assert clerk.get(f"/settlements?number={number}").content == clerk.get("/settlements?number=ZY0000000000").content


def numbers_in(sample_county: Path, town: str) -> list[str]:
    """Return sound identity numbers of people whom a township's field check names."""
    (book,) = sample_county.glob(f"*核查表_{town}*")
    for header in ("身份证号码", "公民身份证号"):
        if rows := find_rows(book, header):
            return [cells[header] for _, _, cells in rows if len(cells[header]) == 18]
    raise LookupError(town)


def test_an_identity_number_finds_whom_it_may(clerk: Program, officer: Program, sample_county: Path) -> None:
    numbers = [number for town in ("望湖镇", "新堤镇") for number in numbers_in(sample_county, town)[:3]]
    found = {number: officer.post("/people/find", {"id_number": number}).said["items"] for number in numbers}
    assert any(found.values())
    for number, items in found.items():
        seen = clerk.post("/people/find", {"id_number": number})
        here = [item for item in items if "望湖镇" in item["place"]]
        assert [item["serial"] for item in seen.said["items"]] == [item["serial"] for item in here]
        assert seen.status == 200
        if not here:
            assert seen.content == clerk.post("/people/find", {"id_number": ID_OF_NOBODY}).content


def test_a_credential_of_a_township_sees_what_its_clerk_sees(
    officer_of_a_township: Program, clerk: Program, officer: Program, stranger: int
) -> None:
    assert officer_of_a_township.get("/me").said["places"] == [TOWNSHIP_CLERK.place]
    for path in ("/places", "/figures", "/figures/major_treatment_rate/list?size=200", "/adjustments", "/papers"):
        assert officer_of_a_township.get(path).content == clerk.get(path).content, path
    assert officer.get("/figures").content != clerk.get("/figures").content
    assert officer_of_a_township.get(f"/people/{stranger}").status == 404


def test_names_are_covered_until_a_purpose_is_said(officer: Program, treated: list[dict[str, str]]) -> None:
    serial = int(treated[0]["person"])
    covered = officer.get(f"/people/{serial}").said
    shown = officer.for_purpose("入户核对").get(f"/people/{serial}").said
    assert covered["name"].endswith("*")
    assert "*" not in shown["name"]
    assert shown["name"][0] == covered["name"][0]
    assert all(line["name"].endswith("*") for line in treated)
    assert officer.get("/me").said["purpose"] == ""
    assert officer.for_purpose("入户核对").get("/me").said["purpose"] == "入户核对"


@pytest.mark.parametrize("words", ["", "x", "%FF%FE", "%E5", "a b", "%0A%0D", "入户", "x" * 101, "%E3%80%80%E3%80%80"])
def test_a_purpose_that_cannot_be_read_is_refused(officer: Program, words: str) -> None:
    reply = officer.get("/me", **{"Fuqi-Purpose": words.encode().decode("latin-1")})
    assert reply.status == 422


def test_identity_numbers_never_come_back(officer: Program, treated: list[dict[str, str]]) -> None:
    told = officer.for_purpose("核对证件").get(f"/people/{int(treated[0]['person'])}")
    assert len(told.said["id_tail"]) == 4
    assert "id_number" not in told.said


def test_a_refusal_does_not_say_what_was_sent(officer: Program) -> None:
    number = "43061119000101001"
    for reply in (
        officer.post("/people/find", {"id_number": number + "?"}),
        officer.post("/people/find", {"id_number": "430611190001010017", number: 1}),
        officer.get(f"/figures?{number}=1"),
        officer.get(f"/figures?place={number}"),
        officer.get(f"/people/{number}"),
        officer.get(f"/{number}"),
        officer.post(f"/lists?name={number}7.xlsx", {}),
    ):
        assert 400 <= reply.status < 500
        assert number.encode() not in reply.content


@pytest.mark.parametrize("who", ["officer", "clerk", "doctor", "officer_of_a_township"])
def test_nothing_of_a_restricted_illness_comes_through(
    who: str, sample_county: Path, disease_control: Program, request: pytest.FixtureRequest
) -> None:
    program: Program = request.getfixturevalue(who)
    _, number = aids_patient(sample_county)
    (found,) = disease_control.post("/people/find", {"id_number": number}).said["items"]
    full = disease_control.get(f"/people/{found['serial']}").said
    secrets = {"艾滋", "B20", "B24", *full["settlements"]}
    assert "艾滋" in json.dumps(full, ensure_ascii=False)
    replies = [program.get(f"/people/{found['serial']}"), program.post("/people/find", {"id_number": number})]
    for code in ("public_health_treatment_rate", "one_stop_people", "major_treatment_rate", "verified_people"):
        for part in ("numerator", "denominator", "excluded"):
            replies.append(program.get(f"/figures/{code}/list?part={part}&size=200"))
    replies += [program.get(f"/settlements?number={bill}") for bill in full["settlements"]]
    assert all(reply.status == 404 for reply in replies[14:])
    for reply in replies:
        told = reply.content.decode()
        assert not [secret for secret in secrets if secret in told]


def test_the_figures_are_those_of_the_pages(officer: Program) -> None:
    treated = next(item for item in officer.get("/figures").said["items"] if item["code"] == "major_treatment_rate")
    assert (treated["numerator"], treated["denominator"], treated["value"]) == ("59", "71", "83.10")
    assert officer.get("/figures/major_treatment_rate").said["figure"] == treated


def test_pages_of_a_list_make_up_the_list(officer: Program, treated: list[dict[str, str]]) -> None:
    path = "/figures/major_treatment_rate/list?size=20&page={}"
    first = officer.get(path.format(1)).said
    told = [line for page in range(1, first["pages"] + 1) for line in officer.get(path.format(page)).said["items"]]
    assert len(told) == first["total"]
    assert [line for line in told if line["person"]] == treated
    assert officer.get(path.format(first["pages"] + 1)).said["items"] == []


@pytest.mark.parametrize("query", ["size=0", "size=201", "page=0", "page=-1", "page=1&page=2", "size=x", "page=1e3"])
def test_pages_have_limits(officer: Program, query: str) -> None:
    assert officer.get(f"/scheme/clauses?{query}").status == 422


def test_content_has_limits(officer: Program) -> None:
    assert officer.post("/people/find", {"id_number": "1" * 20_000}).status == 413
    assert officer.ask("POST", "/people/find", b"{}", **{"Content-Type": "text/plain"}).status == 415
    assert officer.ask("POST", "/people/find", b"{", **{"Content-Type": "application/json"}).status == 400
    too_large = officer.ask("POST", "/lists?name=0.csv", b"", **{"Content-Length": str(60 << 20)})
    assert too_large.status == 413
