"""Which rows of a sheet are data: headers again, totals, notes, signatures, section lines and blank forms are told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fuqi.basics.resident_id import tidy as tidy_number
from fuqi.intake.cleaning import Problem, read_name, text_of, tidy
from fuqi.intake.headers import Header, Row
from fuqi.intake.layouts import header_word

DATA, BLANK, HEADER, NEW_HEADER, TOTAL, NOTE = "data", "blank", "header", "new_header", "total", "note"

_TOTAL = re.compile(
    r"(?:.{0,12})(?:合计|小计|总计|累计|共计)(?:[::(].{0,20}|[0-9]+.{0,4})?|合\s*计|(?:合|总)?共[0-9]+(?:人|户|条|行|页|名|人次)|(?i:(?:sub)?total)"
)
_NOTE_LEAD = re.compile(r"(?:注|备注|说明|填表说明|填报说明|注意|附注|附)[0-9一二三四五六七八九十]?[::、.]")
_SIGNATURE = re.compile(
    r"(?:制表|填表|填报|审核|复核|负责|经办|统计|核查|主管|单位|分管|校对|录入|签字|签名|盖章|村主任|院长|镇长|乡镇|村委会|驻村)"
    r"[\u3400-\u9fff]{0,10}(?:\([\u3400-\u9fff、]{1,8}\))?(?:[::]|签字|签章|盖章|\(章\)|\(盖章\)|\(签字\)).*"
    r"|(?:制表|填表|填报|审核|复核|负责|经办|统计|核查|主管|分管|录入|校对|联系|单位负责|主要)"
    r"(?:人员|人|员|领导|负责人|单位|日期|时间|电话)(?:签名)?[::]?"
    r"|(?:联系(?:人|电话|方式)|(?:制表|填报|填表|上报|报送)?(?:日期|时间)|电话)[::].*"
    r"|[\u3400-\u9fff]{0,10}\(?(?:签字|签名|签章|盖章)\)?[::]?.{0,10}"
)
_SAMPLE = re.compile(r"(?:填写|填表|填报)?(?:示例|样例|范例)(?:[::].*)?|例[::].*")
_IDLIKE = re.compile(r"[0-9]{14,20}[0-9X]?|[0-9](?:\.[0-9]+)?E\+?1[4-9]")
_STROKES = re.compile(r"[-/\\—–―~～…一·\s]+")
_LONG_NUMBER = re.compile(r"[0-9]{15,17}[0-9Xx]?")


def is_idlike(text: str) -> bool:
    """Return whether the text looks like a resident's number, a rounded or a wrong one included."""
    return len(text) >= 6 and _IDLIKE.fullmatch(tidy_number(text)) is not None


class SheetRows:
    """Tells the rows below one header apart."""

    def __init__(self, header: Header, known_words: frozenset[str]) -> None:
        self.known_words = known_words
        self.own_words = {column.index: {header_word(part) for part in column.header.split("/")} for column in header.columns}
        by_field = {column.field: column.index for column in header.columns if column.field}
        self.name_at = by_field.get("name", by_field.get("head_name", -1))
        self.id_at = by_field.get("id_number", -1)
        self.sequence_at = by_field.get("sequence", -1)

    def sort(self, raw: Row, filled: Row) -> str:
        """Return what a row is; `raw` has merged values in their first cell only."""
        if self.id_at >= 0 and is_idlike(_at(filled, self.id_at)):
            return DATA
        texts = {index: text for index, cell in enumerate(raw) if cell is not None and (text := text_of(cell).strip())}
        sequence_only = set(texts) == {self.sequence_at} and tidy(texts[self.sequence_at]).isdecimal()
        if sequence_only or all(map(_STROKES.fullmatch, texts.values())):
            return BLANK
        words = [header_word(text) for text in texts.values()]
        again = sum(word in self.own_words.get(index, ()) for index, word in zip(texts, words, strict=True))
        if again == len(words) or (again >= 2 and again * 10 >= len(words) * 6):
            return HEADER
        if _is_count(list(texts.values())):
            return HEADER
        known = sum(word in self.known_words for word in words)
        if known >= max(2, min(3, len(words)), len(words) * 0.6) and not any(map(is_idlike, texts.values())):
            return NEW_HEADER
        return self._without_id(texts, _at(filled, self.name_at))

    def _without_id(self, texts: dict[int, str], name_text: str) -> str:
        """Return what a row is that has nothing like an id number and is no header."""
        plain = {index: re.sub(r"\s", "", tidy(text)) for index, text in texts.items()}
        firsts = list(plain.values())[:3]
        named = not isinstance(read_name(name_text), Problem) and not self._is_total(name_text)
        if any(self._is_total(text) for text in firsts) and (not named or plain.get(self.name_at, "") not in firsts[:2]):
            return TOTAL
        if any(_LONG_NUMBER.search(text) for text in plain.values()):
            return DATA
        if (_NOTE_LEAD.match(firsts[0]) and len(plain) <= 3) or self._is_form_text(firsts[0], plain.get(self.name_at, "")):
            return NOTE
        if len(plain) == 1:
            return DATA if self.name_at in plain and named and not self._looks_like_section(firsts[0]) else NOTE
        return DATA

    @staticmethod
    def _is_form_text(*texts: str) -> bool:
        """Return whether a text belongs to the form and names nobody: a signature line's label, a specimen of an entry."""
        return any(_SIGNATURE.fullmatch(text) or _SAMPLE.fullmatch(text) for text in texts)

    @staticmethod
    def _looks_like_section(text: str) -> bool:
        return len(text) > 2 and text.endswith(("村", "镇", "乡", "社区", "街道", "组", "户", "名单", "人员"))

    @staticmethod
    def _is_total(text: str) -> bool:
        return _TOTAL.fullmatch(re.sub(r"\s", "", tidy(text))) is not None


def _at(row: Row, index: int) -> str:
    return text_of(row[index]) if 0 <= index < len(row) else ""


def _is_count(texts: Sequence[str]) -> bool:
    """Return whether the texts number the columns: 1, 2, 3 … or A, B, C … from the left, the first ones perhaps 甲, 乙 …"""
    plain = [tidy(text).strip("()") for text in texts]
    stems = sum(text == stem for text, stem in zip(plain, "甲乙丙丁戊己庚辛", strict=False))
    counts = [str(number) for number in range(1, len(plain) - stems + 1)]
    letters = [chr(ord("A") + index) for index in range(len(plain))]
    return len(plain) >= (4 if not stems else 2) and (plain[stems:] == counts or plain == letters)
