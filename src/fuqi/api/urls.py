"""Every endpoint, room by room, and their description (OpenAPI) at openapi.json."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import URLPattern
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from fuqi.api import figures, lists, me, money, papers, people, scheme
from fuqi.api.door import Room, UnruledEndpointError, endpoints, rule_of
from fuqi.api.problems import MEDIA_TYPE, TITLES, not_valid, refused, refused_by_library
from fuqi.basics.errors import FuqiError

TITLE = "扶起接口"
VERSION = "1"
PREFIX = "/api/v1/"
TOLD = (
    "给别的系统和设备用的接口。每个请求都带接口凭据：`Authorization: Bearer fuqi_…`，用 `fuqi credential issue` 签发；网页的登录在这里无效，"
    "凭据也打不开网页。看到的范围和遮盖与本人在网页上相同，且不多于凭据签发时给的。金额都是整数，单位为分。"
    "拒绝一律是 RFC 9457 的问题说明（application/problem+json），detail 写明发生了什么、怎么办。"
)


class _Json(JSONRenderer):
    """Chinese as it is written, not as numbers."""

    json_dumps_params = {"ensure_ascii": False}  # noqa: RUF012 - as the library declares it


class Api(NinjaAPI):
    """The endpoints. Only rooms can be added, so that each endpoint has a rule; refusals are described as what they are."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self._descriptions: dict[str, OpenAPISchema] = {}

    def add_router(self, prefix: str, router: Router | str, **more: Any) -> None:
        """Add a room. Raises UnruledEndpointError for anything else."""
        if not isinstance(router, Room):
            raise UnruledEndpointError(f"{router!r} is no Room: its endpoints would have no rule")
        super().add_router(prefix, router, **more)

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """Return the description, which is made once: anybody may ask for it, and making it takes a second of work."""
        wanted = path_prefix or PREFIX
        if wanted not in self._descriptions:
            self._descriptions[wanted] = self._description(wanted, path_params)
        return self._descriptions[wanted]

    def _description(self, path_prefix: str, path_params: Any) -> OpenAPISchema:
        """Return the description; refusals travel under a media type of their own."""
        found = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for path in found["paths"].values():
            for operation in path.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400:
                        answer["description"] = TITLES[int(status)]
                        answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
                    else:
                        answer["description"] = {200: "答复", 202: "收下了，正在排队"}.get(int(status), "答复")
        return found


def _build() -> Api:
    found = Api(
        renderer=_Json(),
        title=TITLE,
        version=VERSION,
        description=TOLD,
        docs_url=None,
        default_router=Room(""),
        urls_namespace="api",
    )
    for module in (me, scheme, figures, people, money, lists, papers):
        found.add_router("", module.room)
    found.add_exception_handler(FuqiError, refused)
    found.add_exception_handler(HttpError, refused_by_library)
    found.add_exception_handler(ValidationError, not_valid)
    return found


def _with_rules(patterns: list[Any], known: Sequence[tuple[str, str, Operation]]) -> Iterator[URLPattern]:
    """Yield the addresses; each view tells its rules by method (`view.rules`), so that a test can walk all of them."""
    mounted = [one for one in patterns if one.name not in ("api-root", "openapi-json")]
    for pattern, (_, path, _) in zip(mounted, known, strict=True):
        pattern.callback.rules = {method: rule_of(operation) for method, other, operation in known if other == path}
        yield pattern
    description = next(one for one in patterns if one.name == "openapi-json")
    description.callback.public = "It says nothing of anybody, and programs read it before they have a credential."
    yield description


api = _build()
ENDPOINTS = tuple(endpoints(api))
"""Method, path and operation of every endpoint."""
app_name = "api"
urlpatterns = list(_with_rules(api.urls[0], ENDPOINTS))
