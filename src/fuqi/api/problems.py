"""Refusals as problem details (RFC 9457): what happened and what to do, in Chinese; never what was sent in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja.errors import HttpError, ValidationError

from fuqi.access.masks import AboveLevelError
from fuqi.basics.errors import FuqiError
from fuqi.basics.reasons import PersonalNumberError
from fuqi.flows.credentials import NotACredentialError
from fuqi.flows.figures import UnknownIndicatorError, WholeCountyOnlyError
from fuqi.flows.opened import NothingToOpenError
from fuqi.flows.papers import NoSuchReportError
from fuqi.flows.plain_sheets import NoHouseholdError, PurposeMissingError
from fuqi.flows.sightings import TooManyPeopleError
from fuqi.places.queries import UnknownPlaceError

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: "没有看懂这个请求",
    401: "没有有效的接口凭据",
    403: "不允许",
    404: "没有找到",
    405: "这个地址不接受这种请求",
    409: "没有做成",
    413: "内容太大",
    415: "内容的格式不对",
    422: "请求里有写错的地方",
    429: "请求太频繁",
    500: "程序出错",
}
"""What a refusal of each status is called."""

_DETAILS = {
    400: "请求的内容不是完整的 JSON，或者地址、请求头不合规范。请核对后再发。",
    404: "没有这个地址。请对照 /api/v1/openapi.json 核对。",
    405: "请对照 /api/v1/openapi.json，看这个地址接受哪种请求。",
    413: "请求的内容超过了这个地址的上限，没有接收。",
    500: "程序出错，没有做完的不会生效，数据没有损失。请把时间报给维护人员。",
}
"""What is said where nothing nearer is known."""


class NotThereError(FuqiError):
    """There is no such thing, or it is not yours: the two read the same."""

    code = "not_there"


class NotAllowedError(FuqiError):
    """The credential, or its owner, may not do this."""

    code = "not_allowed"


class TooLargeError(FuqiError):
    """More was sent than is read here."""

    code = "too_large"


class WrongFormError(FuqiError):
    """The content is not of the kind that is read here."""

    code = "wrong_form"


class WrongRequestError(FuqiError):
    """Something in the request is not as it must be."""

    code = "wrong_request"


class TooOftenError(FuqiError):
    """The credential has asked too often; `seconds` says how long to wait."""

    code = "too_often"

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


_STATUSES: tuple[tuple[tuple[type[FuqiError], ...], int], ...] = (
    ((NotACredentialError,), 401),
    ((NotAllowedError, AboveLevelError, WholeCountyOnlyError, PurposeMissingError, TooManyPeopleError), 403),
    ((NotThereError, UnknownPlaceError, NothingToOpenError, UnknownIndicatorError, NoSuchReportError, NoHouseholdError), 404),
    ((TooLargeError,), 413),
    ((WrongFormError,), 415),
    ((WrongRequestError, PersonalNumberError), 422),
    ((TooOftenError,), 429),
)
"""The status of each refusal; all others are 409: it could not be done."""


def status_of(error: FuqiError) -> int:
    """Return the status under which a refusal travels."""
    return next((status for kinds, status in _STATUSES if isinstance(error, kinds)), 409)


def problem_of(error: FuqiError) -> HttpResponse:
    """Return a refusal as the answer to a request."""
    faults = [{"where": str(fault.place), "message": fault.message} for fault in error.faults]
    answer = problem(status_of(error), error.code, error.message, faults)
    if isinstance(error, TooOftenError):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def problem(status: int, code: str = "", detail: str = "", errors: Sequence[dict[str, str]] = ()) -> HttpResponse:
    """Return a problem as the answer to a request; without words of its own it says what its status says."""
    title = TITLES.get(status, TITLES[400])
    said = {
        "type": f"urn:fuqi:{code or f'status_{status}'}",
        "title": title,
        "status": status,
        "detail": detail or _DETAILS.get(status, f"{title}。"),
        "errors": list(errors),
    }
    answer = HttpResponse(json.dumps(said, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def as_problem(answer: HttpResponseBase) -> HttpResponseBase:
    """Return an answer as it is, or as a problem where it is a refusal that was made for a browser."""
    if answer.status_code < 400 or answer.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
        return answer
    found = problem(answer.status_code)
    for name, value in answer.headers.items():
        if name not in ("Content-Type", "Content-Length"):
            found.headers[name] = value
    return found


def refused(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer a named failure."""
    del request
    return problem_of(error)


def refused_by_library(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer what the library below refuses: content that is no JSON, an unknown caller."""
    del request
    assert isinstance(error, HttpError)
    return problem(error.status_code)


def not_valid(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer a request whose parts are not as its description says: each part by name, without what stood there."""
    del request
    assert isinstance(error, ValidationError)
    told = [{"where": _where(one["loc"]), "message": _words(one)} for one in error.errors]
    return problem(422, "wrong_request", "请求里有写错的地方，逐项列在 errors 里。改正后再发。", told)


_SOURCES = {"query": "地址的参数", "path": "地址", "body": "内容"}
_OURS = frozenset(
    "page size place day part code serial id_number number since kind layer fund state name replaces again form".split()
) | {"household", "adjustment_id", "file_id", "job_id"}
"""Names of parts that may be said back; a test holds them to what the endpoints take."""


def _where(place: Iterable[object]) -> str:
    """Return which part is meant. The names of parameters are ours; other keys are the caller's and stay out."""
    source, *rest = [str(part) for part in place]
    names = [part for part in (rest[1:] if source == "body" else rest) if part in _OURS]
    return " ".join([_SOURCES.get(source, source), *names])


_WORDS = {
    "missing": "没有写，必须写。",
    "extra_forbidden": "不认识这一项。",
    "string_pattern_mismatch": "写法不对，请对照说明里的格式。",
    "string_too_short": "太短。",
    "string_too_long": "太长。",
    "string_type": "应当是文字。",
    "int_parsing": "应当是整数。",
    "int_type": "应当是整数。",
    "int_from_float": "应当是整数。",
    "int_parsing_size": "数字太大。",
    "greater_than_equal": "数字太小。",
    "less_than_equal": "数字太大。",
    "literal_error": "不是可选的值之一，请对照说明。",
    "bool_parsing": "应当是 true 或 false。",
    "date_from_datetime_parsing": "应当是日期，写成 2017-10-20 的样子。",
    "date_parsing": "应当是日期，写成 2017-10-20 的样子。",
    "uuid_parsing": "编号的写法不对。",
}
"""What is wrong with a part, by pydantic's name for it."""


def _words(error: dict[str, Any]) -> str:
    return _WORDS.get(str(error.get("type", "")), "写法不对，请对照说明。")
