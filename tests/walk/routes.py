"""Every address of the program, from the URL table: what it is called, which arguments it takes, and who may open it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

ARGUMENTS: dict[str, dict[str, str]] = {
    "county": {},
    "figure": {"code": "indicator"},
    "figure_list": {"code": "indicator"},
    "find_person": {},
    "person": {"serial": "person"},
    "settlement": {"number": "settlement"},
    "received_row": {"row_id": "row"},
    "lists": {},
    "upload": {},
    "job": {"job_id": "job"},
    "receive_again": {"job_id": "job"},
    "received_file": {"file_id": "file"},
    "undo_import": {"file_id": "file"},
    "doubts": {},
    "adjustments": {},
    "adjustments_workbook": {},
    "adjustment": {"adjustment_id": "adjustment"},
    "papers": {},
    "self_assessment": {"form": "form"},
    "plain_sheets": {},
    "check_paper": {"number": "paper", "mark": "mark"},
    "scheme": {},
    "try_draft": {},
    "sign_in": {},
    "sign_in_code": {},
    "sign_in_passkey": {},
    "sign_in_set_up": {},
    "welcome_back": {},
    "sign_out": {},
    "change_password": {},
    "purpose": {},
    "own_account": {},
    "prove_again": {},
    "own_factor": {},
    "own_recovery_codes": {},
    "own_passkeys": {},
    "accounts": {},
    "grant": {},
    "account": {"account_id": "account"},
    "disable_account": {"account_id": "account"},
    "enable_account": {"account_id": "account"},
    "reset_second_factor": {"account_id": "account"},
    "give_password": {"account_id": "account"},
    "take_back": {"account_id": "account", "grant_id": "grant"},
    "journal": {},
    "who_saw": {},
    "system": {},
    "decide_readings": {},
    "ask_to_read": {},
    "decide_reading": {"request_id": "reading_request"},
    "subject_requests": {},
    "new_request": {},
    "subject_request": {"number": "subject_request"},
    "edit_request": {"number": "subject_request"},
    "decide_request": {"number": "subject_request"},
    "answer_request": {"number": "subject_request"},
    "subject_file": {"number": "subject_request", "form": "form"},
}
"""By the name of a page what each of its arguments is one of: the example arguments of the walk, which knows some of each kind.

A page that is not here is not walked; a test fails then.
"""

OF_THE_API = {
    "code": "indicator",
    "serial": "person",
    "adjustment_id": "adjustment",
    "file_id": "file",
    "job_id": "job",
}
"""The same for the arguments of the API's endpoints, which are called alike in all of them."""
SENT_TO_THE_API = {
    "api/v1/people/find": "id_number",
    "api/v1/papers/plain-sheet": "household",
    "api/v1/papers/plain-sheets": "place",
}
"""What is asked for in the body, by endpoint."""


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the URL table."""

    name: str
    path: str
    """As the table has it, from the root: `people/<int:serial>/`."""
    callback: Any

    @property
    def is_api(self) -> bool:
        """Return whether it is part of the API, which has its own rules and its own credentials."""
        return self.path.startswith("api/")

    @property
    def arguments(self) -> tuple[str, ...]:
        """Return the names of its arguments."""
        return tuple(re.findall(r"<(?:\w+:)?(\w+)>", self.path))

    @property
    def kinds(self) -> dict[str, str] | None:
        """Return what each argument is one of; None where nobody said so."""
        if self.is_api:
            known = {name: OF_THE_API[name] for name in self.arguments if name in OF_THE_API}
        else:
            known = ARGUMENTS.get(self.name, {"?": "?"})
        return known if set(known) == set(self.arguments) else None

    def url(self, values: dict[str, str]) -> str:
        """Return the address with its arguments filled in."""
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], self.path)


def routes() -> list[Route]:
    """Return every route, pages and API, in the table's order."""
    from django.urls import get_resolver

    return list(_walk(get_resolver(), ""))


def _walk(resolver: Any, prefix: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern, path)
        else:
            yield Route(pattern.name or "", path, pattern.callback)
