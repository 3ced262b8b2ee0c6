"""What endpoints write: a file that is sent in, papers that are given out. On a server of one's own (SQLite only)."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.accounts import COUNTY_OFFICER, VILLAGE_DOCTOR
from tests.support.api import EXAMPLES, Program, Reply
from tests.support.credentials import FULL, key
from tests.support.server import start_pages
from tests.support.workspaces import WorkspaceUnderTest, run_fuqi

VILLAGE = "430611100200"

pytestmark = pytest.mark.sqlite  # the server has a copy of the embedded database's file


@pytest.fixture(scope="module")
def own_folder(counted_county: WorkspaceUnderTest, tokens: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the counted county, in which the credentials hold, too."""
    assert tokens
    folder = tmp_path_factory.mktemp("own") / "workspace"
    shutil.copytree(counted_county.folder, folder)
    return folder


@pytest.fixture(scope="module")
def own_base(own_folder: Path) -> Iterator[str]:
    server, base = start_pages(own_folder)
    yield base
    assert server.stdin is not None
    server.stdin.close()
    server.wait(30)


@pytest.fixture(scope="module")
def own_officer(own_base: str, tokens: dict[str, str]) -> Program:
    return Program(own_base, tokens[key(COUNTY_OFFICER, FULL)])


def sent(program: Program, name: str, content: bytes, query: str = "") -> Reply:
    return program.ask("POST", f"/lists?name={name}{query}", content, **{"Content-Type": "application/octet-stream"})


def test_a_file_is_taken_in_sealed_and_waits_for_its_turn(own_officer: Program, own_folder: Path) -> None:
    content = b"name,note\nx,=1+1\n"
    reply = sent(own_officer, "0.csv", content)
    assert reply.status == 202
    assert reply.headers["Set-Cookie"] is None
    assert reply.said["kind"] == "receive"
    kept = own_folder / "received" / f"{hashlib.sha256(content).hexdigest()}.sealed"
    assert content not in kept.read_bytes()
    job = own_officer.get(f"/jobs/{reply.said['id']}")
    assert job.said["state"] in ("waiting", "working", "done")
    assert job.said == {**reply.said, "state": job.said["state"], "state_words": job.said["state_words"]}


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("0.csv", b"", 422),
        ("0.exe", b"a", 422),
        ("430611190001010017.xlsx", b"a", 422),
        ("..%2F..%2F0.xlsx", b"a", 422),
        ("x" * 200 + ".xlsx", b"a", 422),
    ],
)
def test_what_is_no_list_is_refused_before_it_is_kept(
    own_officer: Program, own_folder: Path, name: str, content: bytes, status: int
) -> None:
    before = sorted((own_folder / "received").iterdir())
    assert sent(own_officer, name, content).status == status
    assert sorted((own_folder / "received").iterdir()) == before


def test_a_file_cannot_take_the_place_of_one_that_is_not_in_force(own_officer: Program) -> None:
    assert sent(own_officer, "0.csv", b"a\n", "&replaces=nowhere.xlsx").status == 404


def test_somebody_elses_job_reads_like_none(own_base: str, own_officer: Program, tokens: dict[str, str]) -> None:
    job = sent(own_officer, "0.csv", b"a\n").said["id"]
    doctor = Program(own_base, tokens[key(VILLAGE_DOCTOR, FULL)])
    assert doctor.get(f"/jobs/{job}").content == doctor.get("/jobs/00000000-0000-7000-8000-000000000000").content


def test_papers_are_given_out_under_numbers(own_officer: Program, own_base: str, tokens: dict[str, str]) -> None:
    example = EXAMPLES["POST", "/papers/self-assessment"]
    reply = example.sent_by(own_officer, "POST")
    assert reply.content.startswith(b"PK")
    assert reply.headers["Set-Cookie"] is None
    assert "attachment" in reply.headers["Content-Disposition"]
    doctor = Program(own_base, tokens[key(VILLAGE_DOCTOR, FULL)])
    assert doctor.post("/papers/plain-sheets", {"place": VILLAGE}).status == 403
    sheets = doctor.for_purpose("入户发放").post("/papers/plain-sheets", {"place": VILLAGE})
    assert sheets.content.startswith(b"%PDF")
    elsewhere = doctor.for_purpose("入户发放").post("/papers/plain-sheets", {"place": "430611102207"})
    assert elsewhere.status == 404
    kinds = {paper["kind"] for paper in own_officer.get("/papers").said["items"]}
    assert kinds == {"self_assessment", "plain_sheet"}
    assert {paper["place"][:12] for paper in doctor.get("/papers").said["items"]} == {VILLAGE}


def test_a_credential_that_was_taken_back_is_refused_on_the_next_request(
    own_base: str, own_folder: Path, own_officer: Program, tokens: dict[str, str]
) -> None:
    doctor = Program(own_base, tokens[key(VILLAGE_DOCTOR, FULL)])
    assert doctor.get("/me").status == 200
    listed = run_fuqi("-w", own_folder, "--as", VILLAGE_DOCTOR.name, "credential", "list").stdout
    mark = next(line.split()[0] for line in listed.splitlines() if f"“{FULL}”" in line)
    assert not any(token in listed for token in tokens.values())
    stranger = run_fuqi("-w", own_folder, "--as", COUNTY_OFFICER.name, "credential", "revoke", mark, "--reason", "试试")
    assert stranger.returncode == 2
    assert doctor.get("/me").status == 200
    done = run_fuqi("-w", own_folder, "--as", VILLAGE_DOCTOR.name, "credential", "revoke", mark, "--reason", "手机丢了")
    assert done.returncode == 0, done.stderr
    assert doctor.get("/me").status == 401
    assert own_officer.get("/me").status == 200
