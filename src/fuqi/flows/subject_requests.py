"""What people in the files ask for: received, edited by several, decided by another person, done within the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from fuqi.access.codes import HANDLE_REQUESTS
from fuqi.access.erasure import destroy_key
from fuqi.access.reading import covered
from fuqi.basics.errors import FuqiError
from fuqi.basics.merging import Merged
from fuqi.basics.viewer import Viewer
from fuqi.duties import actions, codes
from fuqi.duties.actions import EditsClashError, NewRequest, RequestFaultyError, RequestStateError, SamePersonError
from fuqi.duties.queries import RequestHead, RequestView, find_request, requests
from fuqi.duties.queries import open_request as kept_request
from fuqi.duties.rules import due_on
from fuqi.duties.tables import deadlines
from fuqi.flows.opened import Asking, NothingToOpenError
from fuqi.flows.papers import Product
from fuqi.flows.subject_files import DATA, subject_file
from fuqi.journal.actions import recording
from fuqi.matching.queries import person_of_row, rows_ever_of
from fuqi.registry.queries import facts_of, person_by_serial
from fuqi.reports.codes import FORMS

__all__ = [
    "EditsClashError",
    "RequestDayError",
    "RequestFaultyError",
    "RequestLine",
    "RequestStateError",
    "RequestView",
    "SamePersonError",
    "answer",
    "content_of",
    "decide",
    "edit",
    "hand_over",
    "open_request",
    "receive",
    "request_lines",
]

NOT_THERE = "没有这件申请，或者它不在您的范围内。"


class RequestDayError(FuqiError):
    """The day of receipt cannot be right."""

    code = "request_day"


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in the list, with what is left of its time."""

    head: RequestHead
    days_left: int

    @property
    def overdue(self) -> bool:
        """Return whether its time is over and it is still open."""
        return self.head.is_open and self.days_left < 0

    @property
    def soon(self) -> bool:
        """Return whether its time is nearly over."""
        return self.head.is_open and 0 <= self.days_left <= deadlines().warn_days


def in_sight(asking: Asking, person_id: UUID) -> bool:
    """Return whether the viewer may know of the person: somebody without a place is the county's to see."""
    if asking.place_of(person_id) is not None:
        return True
    whole = asking.viewer.covers(asking.scheme.place)
    everywhere = replace(asking, viewer=replace(asking.viewer, places=("",)))
    return whole and not asking.conceals(person_id) and everywhere.place_of(person_id) is None


def request_lines(asking: Asking, *, today: date, everything: bool = False) -> list[RequestLine]:
    """Return the requests of persons within the viewer's scope, those due first before the others; open ones only as a rule."""
    found = [head for head in requests(asking.viewer) if everything or head.is_open]
    return [RequestLine(head, head.days_left(today)) for head in found if in_sight(asking, head.person_id)]


def receive(
    asking: Asking, serial: int, kind: str, content: Mapping[str, str], *, received_on: date, today: date, at: datetime
) -> str:
    """Record a request of a person and return its number. Raises NothingToOpenError, RequestFaultyError, RequestDayError."""
    if kind not in codes.KINDS:
        raise RequestFaultyError("申请的种类要从列出的几项里选一项。")
    person = person_by_serial(asking.viewer, serial)
    if person is None or not in_sight(asking, person.id):
        raise NothingToOpenError("没有这个编号的人，或者不在您的范围内。")
    if received_on > today:
        raise RequestDayError("收到申请的日期不能在今天以后。请核对日期。")
    due = due_on(received_on, deadlines().answer_days)
    new = NewRequest(kind, person.id, received_on, due, _clean(content))
    return actions.receive(new, by=asking.viewer.name, at=at)


def _clean(content: Mapping[str, str]) -> dict[str, str]:
    return {field: " ".join(words.split()) for field, words in content.items() if words.strip()}


def open_request(asking: Asking, number: str) -> RequestView:
    """Return a request with its words. Raises NothingToOpenError: not there and not yours read the same."""
    _head(asking, number)
    found = kept_request(asking.viewer, number)
    assert found is not None
    return found


def _head(asking: Asking, number: str) -> RequestHead:
    head = find_request(asking.viewer, number)
    if head is None or not in_sight(asking, head.person_id) or not asking.viewer.may(HANDLE_REQUESTS):
        raise NothingToOpenError(NOT_THERE)
    return head


def edit(asking: Asking, number: str, base: int, content: Mapping[str, str], *, at: datetime) -> Merged:
    """Keep what the viewer made of version `base`. Raises EditsClashError with both values and the other's name."""
    _head(asking, number)
    return actions.edit(number, base, _clean(content), by=asking.viewer.name, at=at)


def decide(asking: Asking, number: str, position: int, *, granted: bool, why: str, at: datetime) -> None:
    """Keep the viewer's word on a version. Raises SamePersonError where the viewer wrote any of it."""
    _head(asking, number)
    actions.decide(number, position, granted=granted, why=why.strip(), by=asking.viewer.name, at=at)


def answer(asking: Asking, number: str, *, words: str, at: datetime) -> int:
    """Do what was granted: a correction once the register says so, a deletion by destroying keys; returns how many keys.

    Raises RequestStateError.
    """
    head = _head(asking, number)
    by = asking.viewer.name
    if head.kind == codes.ACCESS:
        raise RequestStateError("查阅、复制申请交付档案以后自己办结。请打印档案。")
    if head.kind == codes.CORRECTION:
        left = not_mended(asking, open_request(asking, number))
        if left:
            raise RequestStateError(
                f"台账里还不是这样：{'、'.join(left)}。请由来源单位改好名单、重新接收并处理完，再来办结；"
                "来源单位核实后不改的，请另写理由告诉申请人。"
            )
        return actions.conclude(number, by=by, at=at, words=words.strip())
    why = f"个人信息申请{number}"
    return actions.conclude(
        number, by=by, at=at, words=words.strip(), destroy=lambda person: _destroy(asking.viewer, person, at=at, why=why)
    )


def _destroy(viewer: Viewer, person_id: UUID, *, at: datetime, why: str) -> int:
    """Destroy the keys of a person and of the received rows that are or were of that person, and of nobody else now."""
    rows = {row for row in rows_ever_of(viewer, person_id) if person_of_row(viewer, row) in (person_id, None)}
    return destroy_key({person_id, *rows}, by=viewer.name, at=at, why=why)


def not_mended(asking: Asking, request: RequestView) -> list[str]:
    """Return which corrected fields the register does not say yet; those that it cannot be asked for are not named."""
    content = request.last.content
    facts = facts_of(asking.viewer, asking.as_of, request.head.person_id)
    with covered():
        said: dict[str, set[str]] = {
            "name": {item.name for item in facts.identities[-1:]},
            "id_number": {item.id_number for item in facts.identities[-1:]},
            "sex": {asking.scheme.word(item.sex) for item in facts.identities[-1:] if item.sex},
            "birth_on": {item.birth_on.isoformat() for item in facts.identities[-1:] if item.birth_on},
            "place": {item.place.full_name for item in facts.residences[-1:]},
            "relation": {item.relation for item in facts.memberships[-1:]},
            "group": {asking.scheme.word(item.group) for item in facts.group_spells if item.valid_until is None},
        }
    return [
        codes.CORRECTED_FIELDS[field]
        for field in codes.CORRECTED_FIELDS
        if content.get(field) and field in said and content[field] not in said[field]
    ]


def hand_over(asking: Asking, number: str, form: str, *, at: datetime) -> Product:
    """Return everything about the person as Word, PDF or data file; the first one concludes the request.

    Raises NothingToOpenError, RequestStateError.
    """
    head = _head(asking, number)
    if head.kind != codes.ACCESS or head.state not in (codes.GRANTED, codes.DONE):
        raise RequestStateError(f"申请{number}还没有同意，或者不是查阅、复制申请，不能交付档案。")
    if form not in (*FORMS, DATA):
        raise NothingToOpenError("档案只有 Word（docx）、PDF 和数据文件（json）三种。")
    viewer = replace(asking.viewer, purpose=f"办理个人信息申请{number}")
    product = subject_file(replace(asking, viewer=viewer), head, form)
    digest = sha256(product.data).hexdigest()
    if head.state == codes.GRANTED:
        actions.conclude(number, by=viewer.name, at=at, words=f"交付档案（{form}）", digest=digest)
    else:
        with recording(by=viewer.name, at=at, action="duties.hand_over", why=viewer.purpose) as record:
            record.note("request", number=number, form=form, digest=digest)
    return product


def content_of(kind: str, posted: Mapping[str, object]) -> dict[str, str]:
    """Return of what a form sent those fields that a request of the kind has."""
    return {name: str(posted.get(name) or "") for name in codes.FIELDS.get(kind, {})}
