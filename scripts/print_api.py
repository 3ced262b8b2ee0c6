"""Print the reference of the API: `docs/reference/api.zh-CN.md`, every endpoint with who may use it, what it takes and answers.

All of it comes from the description that the server gives out (OpenAPI). With `--check` nothing is written and the exit status
says whether the page is stale.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fuqi.config.settings")

from scripts.print_book import table_lines, write_or_check  # noqa: E402
from scripts.punctuation import widen  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "api.zh-CN.md"

LEAD = """\
# 接口：每个地址收什么、答什么

<!-- printed by scripts/print_api.py from fuqi.api.urls; do not edit -->

{told}

机器读的说明在服务器的 `/api/v1/openapi.json`（OpenAPI 3.1）。名词和指标的意思见[条件里能用的名称](names.zh-CN.md)，待遇怎样算见[例子书](book.zh-CN.md)；
为什么这样做，见[决策记录](../decisions/0027-api.md)。

## 凭据从哪里来

- 本人签发：`fuqi -w 工作区 --as 姓名 credential issue 名称 --kind service --allow see_figures`。凭据只显示一次，系统里只留 SHA-256 摘要。
- 凭据属于签发的人，能做的事是两者都有的那一部分：签发时给的，和本人此刻的角色、地方。本人停用、被收回角色、密码重置，下一次请求就不同。
- `credential list` 查看，`credential revoke 编号 --reason 理由` 收回；管理账号的人能收回所有人的。
- 设备凭据最长{device_days}天、每分钟{device_rate}次；服务凭据最长{service_days}天、每分钟{service_rate}次。超过的答 429，`Retry-After` 写明等几秒。
- 能给的动作：{actions}。管理账号、查日志、备份这些事没有接口。

## 姓名

不写用途，姓名遮盖为首字加星号。要看全名，加请求头 `Fuqi-Purpose`，内容是用途（2到100个字）的 UTF-8 百分号编码。用途记入日志，看过谁也记入日志；
一天看的人数有上限，与网页合计，超过的答 403。证件号、电话、账户不从接口出去。专管病种没有权限的，只给“专管病种”四个字或没有这条。

## 拒绝

拒绝一律是 `application/problem+json`：`type`、`title`、`status`、`detail`、`errors`。`detail` 是一句话，`errors` 逐项写明哪里不对；不重复请求里写了什么。

| 状态 | 意思 |
|---|---|
{refusals}

“不在范围内”和“没有”的答复逐字节相同。
"""


def printed() -> str:
    """Return the whole page."""
    import django

    django.setup()
    from fuqi.access.codes import ACTIONS
    from fuqi.access.tokens import LONGEST_DAYS
    from fuqi.api.door import REFUSALS
    from fuqi.api.limits import A_MINUTE
    from fuqi.api.problems import TITLES
    from fuqi.api.urls import TOLD, api
    from fuqi.flows.credentials import OFFERED

    lead = LEAD.format(
        told=TOLD,
        device_days=LONGEST_DAYS["device"],
        service_days=LONGEST_DAYS["service"],
        device_rate=A_MINUTE["device"],
        service_rate=A_MINUTE["service"],
        actions="、".join(f"`{action}` {ACTIONS[action]}" for action in OFFERED),
        refusals="\n".join(f"| {status} | {TITLES[status]} |" for status in (*REFUSALS[:4], 405, *REFUSALS[4:], 500)),
    )
    described = api.get_openapi_schema()
    schemas = described["components"]["schemas"]
    lines, tag = [lead], ""
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if operation["tags"][0] != tag:
                tag = operation["tags"][0]
                lines.append(f"## {tag}\n")
            lines += _endpoint(path, method, operation, schemas, ACTIONS)
    return widen("\n".join(lines).rstrip() + "\n")


def _endpoint(
    path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any], actions: dict[str, str]
) -> Iterator[str]:
    whole = "，且管全县" if operation["x-whole-county"] else ""
    needs = "、".join(f"`{action}` {actions[action]}" for action in operation["x-actions"]) or "任何有效的凭据"
    yield f"### `{method.upper()} {path}`：{operation['summary']}\n"
    yield f"{operation['description']}\n"
    yield f"需要：{needs}{whole}。\n"
    asked = list(_parameters(operation)) + list(_body(operation, schemas))
    if asked:
        yield from table_lines(["收什么", "在哪里", "必须", "写法", "说明"], asked)
    status, answer = next(iter(operation["responses"].items()))
    yield f"答 {status}：{_answer(answer, schemas)}\n"


def _parameters(operation: dict[str, Any]) -> Iterator[list[str]]:
    where = {"query": "地址的参数", "path": "地址"}
    for one in operation["parameters"]:
        if one["in"] in where:
            told = one.get("description", "")
            yield [f"`{one['name']}`", where[one["in"]], "是" if one["required"] else "", _form(one["schema"]), told]


def _body(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[list[str]]:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = _resolved(content["schema"], schemas)
        if "properties" not in schema:
            yield ["文件", "内容", "是", f"`{kind}`", ""]
        for name, part in schema.get("properties", {}).items():
            yield [
                f"`{name}`",
                "内容",
                "是" if name in schema.get("required", ()) else "",
                _form(part),
                part.get("description", ""),
            ]


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


_KINDS = {"string": "文字", "integer": "整数", "boolean": "true 或 false", "null": "空"}
_FORMATS = {"date": "日期，如2017-10-20", "uuid": "编号（UUID）", "date-time": "时刻", "binary": "文件"}


def _form(schema: dict[str, Any]) -> str:
    """Return how a value is written."""
    if choices := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return "、".join(f"`{choice}`" if choice else "空" for choice in choices)
    if options := schema.get("anyOf"):
        return "，或".join(dict.fromkeys(_form(option) for option in options if option.get("type") != "null"))
    words = _FORMATS.get(schema.get("format", ""), _KINDS.get(schema.get("type", ""), ""))
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        words = f"{words}，{least}到{most}"
    if "maxLength" in schema:
        words = f"{words}，最多{schema['maxLength']}字"
    pattern = str(schema.get("pattern", "")).replace("|", "\\|")
    return f"`{pattern}`" if pattern else words


def _answer(answer: dict[str, Any], schemas: dict[str, Any]) -> str:
    kinds = list(answer["content"])
    if "application/json" not in kinds:
        return "、".join(f"`{kind}`" for kind in kinds) + "。"
    schema = answer["content"]["application/json"]["schema"]
    return "、".join(_names(_resolved(schema, schemas), schemas)) + "。"


def _names(schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    """Yield the names in an answer, those of lists and parts in brackets behind their own."""
    for name, part in schema.get("properties", {}).items():
        inner = part.get("items", part)
        options = [option for option in inner.get("anyOf", (inner,)) if "$ref" in option]
        if not options:
            yield f"`{name}`"
            continue
        many = "若干，各有" if "items" in part else ""
        yield f"`{name}`（{many}{'、'.join(_names(_resolved(options[0], schemas), schemas))}）"


if __name__ == "__main__":
    sys.exit(write_or_check(PAGE, printed()))
