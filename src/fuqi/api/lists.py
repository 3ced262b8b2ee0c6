"""Received files: which there are, what was wrong with them, sending one in, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Query, Schema, Status

from fuqi.access.codes import IMPORT_LISTS
from fuqi.api.door import Asked, Room, Rule, now
from fuqi.api.problems import NotThereError, TooLargeError, WrongRequestError
from fuqi.api.shapes import PageAsked, PageOf, page_of
from fuqi.flows import desk
from fuqi.flows.arrivals import LONGEST_NAME, MOST_BYTES, TOO_LARGE, fault_of
from fuqi.intake.queries import FileView, faults, files, find_file
from fuqi.jobs.queries import JobView, find_job
from fuqi.journal.codes import EFFECTIVE, RUN_STATES

room = Room("名单")

RECEIVES = Rule((IMPORT_LISTS,), whole_county=True)
_A_PIECE = 1024 * 1024


class FilesAsked(PageAsked):
    """Which files."""

    state: Literal["effective", "all"] = Field("effective", description="只要正在生效的，或者全部。")


class KindOut(Schema):
    """How many rows of a kind of list were read."""

    kind: str
    rows: int


class FileOut(Schema):
    """A received file and what became of it."""

    id: UUID
    name: str
    sha256: str
    size: int
    received_at: datetime
    by: str
    state: str
    state_words: str
    rows: int
    set_aside: int
    kinds: list[KindOut]


class Files(PageOf):
    """A page of received files, the newest first."""

    items: list[FileOut]


class FaultOut(Schema):
    """Something that was wrong with a file, and where."""

    code: str
    where: str
    message: str


class Faults(PageOf):
    """A page of what was wrong with a file, by sheet and row."""

    items: list[FaultOut]


class Sent(Schema):
    """What the file that is sent in is called."""

    name: str = Field(
        min_length=5,
        max_length=LONGEST_NAME,
        pattern=r"^[0-9A-Za-z一-鿿（）()·、_ .-]+\.(?:xlsx|xls|csv)$",
        description="文件名。",
    )
    replaces: str = Field("", max_length=LONGEST_NAME, description="取代正在生效的哪一份；不写则按文件名。")
    again: bool = Field(False, description="以前收到过、后来被取代或撤销的文件，也仍然采用。")


class StepOut(Schema):
    """A step of a job that is done."""

    name: str
    words: str


class JobOut(Schema):
    """Something that was asked of the worker."""

    id: UUID
    kind: str
    state: str
    state_words: str
    asked_at: datetime
    ended_at: datetime | None
    step: str
    steps: list[StepOut]
    error: str


@room.endpoint(
    "GET",
    "/lists",
    RECEIVES,
    Files,
    summary="收到过的名单",
    told="管全县的人才能看；最近收到的在前。",
)
def received(request: Asked, which: Query[FilesAsked]) -> Files:
    """Return a page of received files."""
    found = [item for item in reversed(files(request.viewer)) if which.state == "all" or item.state == EFFECTIVE]
    about, items = page_of(which, found)
    return Files(**about, items=[_file(item) for item in items])


@room.endpoint("GET", "/lists/{uuid:file_id}", RECEIVES, FileOut, summary="一份名单", told="收到的一份文件和它的结果。")
def one_file(request: Asked, file_id: UUID) -> FileOut:
    """Return a received file."""
    return _file(_found(request, file_id))


@room.endpoint(
    "GET",
    "/lists/{uuid:file_id}/faults",
    RECEIVES,
    Faults,
    summary="一份名单里的问题",
    told="每个问题在哪个工作表、哪一行、哪一列，怎么办。",
)
def file_faults(request: Asked, file_id: UUID, which: Query[PageAsked]) -> Faults:
    """Return a page of what was wrong with a file."""
    about, items = page_of(which, faults(request.viewer, _found(request, file_id).id))
    told = [FaultOut(code=item.code, where=str(item.place), message=item.message) for item in items]
    return Faults(**about, items=told)


@room.endpoint(
    "POST",
    "/lists",
    RECEIVES,
    JobOut,
    status=202,
    most_bytes=MOST_BYTES,
    summary="送来一份名单",
    told="请求的内容就是文件本身，不加外壳。收下即加密留存，排队处理；重复送同一份不会重复入库。用返回的 id 查进展。",
    extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
        }
    },
)
def send(request: Asked, sent: Query[Sent]) -> Status[JobOut]:
    """Take a file in and return the job that receives it."""
    replaced = sent.replaces
    if replaced and replaced not in {item.name for item in files(request.viewer) if item.state == EFFECTIVE}:
        raise NotThereError("要取代的那一份现在不生效。请用 GET /api/v1/lists 核对名称。")
    data = _content(request)
    if fault := fault_of(sent.name, len(data)):
        raise WrongRequestError(fault)
    job_id = desk.ask_to_receive(
        request.viewer,
        [desk.Upload(replaced or sent.name, data)],
        folder=request.workspace.received,
        again=sent.again,
        at=now(),
    )
    return Status(202, _job(_found_job(request, job_id)))


@room.endpoint(
    "GET", "/jobs/{uuid:job_id}", RECEIVES, JobOut, summary="送来的名单处理到哪里了", told="状态、做完的步骤、没有做成的原因。"
)
def job(request: Asked, job_id: UUID) -> JobOut:
    """Return how a job stands."""
    return _job(_found_job(request, job_id))


def _content(request: Asked) -> bytes:
    """Return the content of a request, never more than a file may have. Raises TooLargeError."""
    kept = bytearray()
    while piece := request.read(_A_PIECE):
        kept += piece
        if len(kept) > MOST_BYTES:
            raise TooLargeError(TOO_LARGE)
    return bytes(kept)


def _found(request: Asked, file_id: UUID) -> FileView:
    found = find_file(request.viewer, file_id)
    if found is None:
        raise NotThereError("没有收到过这份文件，或者它不在范围内。")
    return found


def _found_job(request: Asked, job_id: UUID) -> JobView:
    found = find_job(request.viewer, job_id, county=request.county_scheme.place)
    if found is None:
        raise NotThereError("没有这件事，或者它不是这个凭据的主人提交的。")
    return found


def _file(file: FileView) -> FileOut:
    return FileOut(
        id=file.id,
        name=file.name,
        sha256=file.sha256,
        size=file.size,
        received_at=file.received_at,
        by=file.by,
        state=file.state,
        state_words=RUN_STATES[file.state],
        rows=file.rows,
        set_aside=file.set_aside,
        kinds=[KindOut(kind=kind, rows=rows) for kind, rows in file.kinds],
    )


def _job(found: JobView) -> JobOut:
    steps: list[dict[str, Any]] = found.result.get("steps", [])
    return JobOut(
        id=found.id,
        kind=found.kind,
        state=found.state,
        state_words=found.state_words,
        asked_at=found.asked_at,
        ended_at=found.ended_at,
        step=found.step,
        steps=[StepOut(name=step["name"], words=step["words"]) for step in steps],
        error=found.error,
    )
