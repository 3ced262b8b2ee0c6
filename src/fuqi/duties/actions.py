"""Receiving, wording, deciding and doing what people in the files ask for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max

from fuqi.basics.errors import Fault, FuqiError
from fuqi.basics.merging import Clash, Edit, Merged, merge
from fuqi.duties import codes
from fuqi.duties.models import RequestDecision, RequestOutcome, RequestVersion, SubjectRequest
from fuqi.duties.rules import faults_of, request_number, sequence_of
from fuqi.journal.actions import one_at_a_time, recording
from fuqi.journal.rules import canonical
from fuqi.journal.tables import NewRow


class RequestFaultyError(FuqiError):
    """A request cannot be kept as it is written."""

    code = "request_faulty"


class EditsClashError(FuqiError):
    """Somebody else changed the same field meanwhile."""

    code = "edits_clash"

    def __init__(self, message: str, *, clashes: tuple[Clash, ...], faults: tuple[Fault, ...]) -> None:
        super().__init__(message, faults=faults)
        self.clashes = clashes


class RequestStateError(FuqiError):
    """The request is not in a state in which this can be done."""

    code = "request_state"


class SamePersonError(FuqiError):
    """Who wrote a request must not decide on it."""

    code = "same_person"


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request as it was received."""

    kind: str
    person_id: UUID
    received_on: date
    due_on: date
    content: Mapping[str, str]


def _refuse_faulty(kind: str, content: Mapping[str, str]) -> None:
    faults = tuple(faults_of(kind, content))
    if faults:
        raise RequestFaultyError("申请还不能保存，请把下面几处写好。", faults=faults)


def receive(new: NewRequest, *, by: str, at: datetime) -> str:
    """Record a request and return its number. Raises RequestFaultyError."""
    _refuse_faulty(new.kind, new.content)
    with recording(by=by, at=at, action="duties.receive") as record:
        one_at_a_time()
        year = new.received_on.year
        numbers = SubjectRequest.objects.filter(number__startswith=f"{year}-").values_list("number", flat=True)
        number = request_number(year, max(map(sequence_of, numbers), default=0) + 1)
        about = {"kind": new.kind, "person_id": new.person_id, "received_on": new.received_on, "due_on": new.due_on}
        row = NewRow(SubjectRequest, number=number, by=by, **about)
        record.add([row])
        record.add([_version(row.id, 1, new.content, by=by, at=at)])
        record.note("request", number=number)
    return number


def _version(request_id: UUID, position: int, content: Mapping[str, str], *, by: str, at: datetime) -> NewRow:
    kept = canonical({field: words for field, words in content.items() if words})
    return NewRow(RequestVersion, request_id=request_id, position=position, by=by, written_at=at, content=kept)


def edit(number: str, base: int, content: Mapping[str, str], *, by: str, at: datetime) -> Merged:
    """Record what somebody made of version `base`, merged with what others wrote since; returns what came of it.

    Raises EditsClashError where the same field was changed to something else, RequestStateError after the decision.
    """
    with recording(by=by, at=at, action="duties.edit") as record:
        request = _locked(number)
        _refuse_faulty(request.kind, content)
        if RequestDecision.objects.filter(request=request).exists():
            raise RequestStateError(f"申请{number}已经审批，内容不能再改。要改的话，请另收一件申请。")
        versions = list(RequestVersion.objects.filter(request=request).order_by("position"))
        if not 1 <= base <= len(versions):
            raise RequestStateError(f"申请{number}没有第{base}版。请重新打开这一页。")
        told = [Edit(version.by, json.loads(version.content)) for version in versions]
        merged = merge(told[base - 1].values, told[base:], content)
        if merged.clashes:
            raise _clash(request.kind, merged.clashes)
        if merged.values == told[-1].values:
            raise RequestStateError("内容没有改动，没有保存新的一版。")
        record.add([_version(request.id, len(versions) + 1, merged.values, by=by, at=at)])
        record.note("request", number=number, position=len(versions) + 1, base=base)
    return merged


def _clash(kind: str, clashes: tuple[Clash, ...]) -> EditsClashError:
    fields = codes.FIELDS[kind]
    faults = tuple(
        Fault(
            "edits_clash",
            f"“{fields[item.field]}”：原来是“{_word(item.field, item.base)}”，{item.by}已改为“{_word(item.field, item.theirs)}”，"
            f"您写的是“{_word(item.field, item.mine)}”。",
        )
        for item in clashes
    )
    return EditsClashError("您和别人改了同一项，没有保存。请核对以后，再改一次。", clashes=clashes, faults=faults)


def _word(field: str, value: str) -> str:
    return codes.CHOICES.get(field, {}).get(value, value) or "（空）"


def _locked(number: str) -> SubjectRequest:
    """Return the request, with all others that would write to it waiting."""
    one_at_a_time()
    found: SubjectRequest | None = SubjectRequest.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise RequestStateError(f"没有编号为{number}的申请。请核对编号。")
    return found


def decide(number: str, position: int, *, granted: bool, why: str, by: str, at: datetime) -> None:
    """Record a second person's word on a version of a request. Raises SamePersonError, RequestStateError.

    A refusal must say why （个人信息保护法第五十条第一款）.
    """
    if not granted and not why.strip():
        raise RequestFaultyError("不同意要写明理由，并告诉申请人（个人信息保护法第五十条）。")
    with recording(by=by, at=at, action="duties.decide") as record:
        request = _locked(number)
        writers = set(RequestVersion.objects.filter(request=request).values_list("by", flat=True)) | {request.by}
        if by in writers:
            raise SamePersonError("这件申请您收过或者改过，要由另一个人审批。")
        if RequestDecision.objects.filter(request=request).exists():
            raise RequestStateError(f"申请{number}已经审批过了。请重新打开这一页。")
        last = RequestVersion.objects.filter(request=request).aggregate(last=Max("position"))["last"]
        if position != last:
            raise RequestStateError("您看到的内容后来有人改过。请重新打开这一页，看过新的内容再审批。")
        about = {"position": position, "granted": granted, "by": by, "decided_at": at, "why": why[: codes.LONGEST]}
        record.add([NewRow(RequestDecision, request_id=request.id, **about)])
        record.note("request", number=number, position=position, granted=granted)


def conclude(
    number: str,
    *,
    by: str,
    at: datetime,
    words: str,
    digest: str = "",
    destroy: Callable[[UUID], int] | None = None,
) -> int:
    """Record what was done about a granted request, once; returns how many keys `destroy` destroyed in the same transaction."""
    with recording(by=by, at=at, action="duties.conclude") as record:
        request = _locked(number)
        decision = RequestDecision.objects.filter(request=request).first()
        if decision is None or not decision.granted:
            raise RequestStateError(f"申请{number}还没有同意，不能办理。")
        if RequestOutcome.objects.filter(request=request).exists():
            raise RequestStateError(f"申请{number}已经办结。请重新打开这一页。")
        keys = destroy(request.person_id) if destroy else 0
        about = {"by": by, "done_at": at, "digest": digest, "keys": keys, "words": words[: codes.LONGEST]}
        record.add([NewRow(RequestOutcome, request_id=request.id, **about)])
        record.note("request", number=number, outcome=request.kind, keys=keys)
    return keys
