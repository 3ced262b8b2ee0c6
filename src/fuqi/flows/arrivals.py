"""What the lists desk takes in: how large a file may be and what it may be called. Doors refuse by it before they read."""

from __future__ import annotations

import re
import unicodedata

MOST_BYTES = 50 * 1024 * 1024
"""How large a file may be."""
MOST_TOGETHER = 100 * 1024 * 1024
"""How large the files of one form may be together."""
LONGEST_NAME = 120
TYPES = (".xlsx", ".xls", ".csv")
TOO_LARGE = f"文件太大，没有接收：每份不超过 {MOST_BYTES >> 20} MB，一次合计不超过 {MOST_TOGETHER >> 20} MB。请删去空白行列和图片，或拆分后再上传。"

_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Categories of signs that nobody sees: a sign that turns the direction makes one name look like another."""
_IDENTITY_NUMBER = re.compile(r"(?<!\d)(?:\d{15}|\d{17}[\dXx])(?!\d)")


def fault_of(name: str, size: int) -> str:
    """Return why a file of a name and size cannot be taken, '' where it can."""
    if _IDENTITY_NUMBER.search(name):
        return "有一份文件的文件名里有身份证号。文件名会出现在页面和日志里，请改名后再上传。"
    if any(unicodedata.category(sign) in _UNSEEN for sign in name):
        return "有一份文件的文件名里有看不见的字符，看上去会是另一个名字。请改名后再上传。"
    if not name.lower().endswith(TYPES):
        return f"“{name}”不是电子表格。请用表格软件另存为 .xlsx、.xls 或 .csv 后再上传。"
    if len(name) > LONGEST_NAME:
        return f"“{name[:20]}……”的文件名太长，请改到 {LONGEST_NAME} 个字以内再上传。"
    if not size:
        return f"“{name}”是空的，请向报送单位重新索取。"
    if size > MOST_BYTES:
        return f"“{name}”超过 {MOST_BYTES >> 20} MB，没有接收。请删去空白行列和图片，或拆分后再上传。"
    return ""
