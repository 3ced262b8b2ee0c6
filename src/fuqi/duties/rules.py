"""Requests as values: numbers, deadlines, states, what is wrong with what was written. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from fuqi.basics.errors import Fault
from fuqi.duties import codes


def request_number(year: int, sequence: int) -> str:
    """Return a request's number."""
    return f"{year}-{sequence:06d}"


def sequence_of(number: str) -> int:
    """Return the running number within a request's number."""
    return int(number.partition("-")[2])


def due_on(received_on: date, days: int) -> date:
    """Return the last day for an answer; the day of receipt does not count （民法典第二百零一条第一款）."""
    return received_on + timedelta(days=days)


def state_of(*, decided: bool, granted: bool, done: bool) -> str:
    """Return where a request stands."""
    if done:
        return codes.DONE
    if not decided:
        return codes.WAITING
    return codes.GRANTED if granted else codes.REFUSED


def faults_of(kind: str, content: Mapping[str, str]) -> Iterator[Fault]:
    """Yield what is wrong with a request as written, each fault with its field's name and none of its words."""
    fields = codes.FIELDS[kind]
    for field in sorted(set(content) - set(fields)):
        yield Fault("request_field", f"{codes.KINDS[kind]}申请没有“{field}”这一项。")
    for field, label in fields.items():
        words = content.get(field, "")
        if field in codes.REQUIRED and not words.strip():
            yield Fault("request_empty", f"“{label}”没有写。")
        if len(words) > codes.LONGEST:
            yield Fault("request_long", f"“{label}”最多写{codes.LONGEST}个字。")
        if words.strip() and field in codes.CHOICES and words not in codes.CHOICES[field]:
            yield Fault("request_choice", f"“{label}”要从列出的几项里选一项。")
    if kind == codes.DELETION and not content.get("ground"):
        yield Fault("request_empty", "“删除的理由”没有选。")
    if kind == codes.CORRECTION and not any(content.get(field) for field in codes.CORRECTED_FIELDS if field != "evidence"):
        yield Fault("request_empty", "没有写要更正哪一项。")
