"""From the text of a cell to a value of ours: names, id numbers, days, money, truth, words. Nothing is completed or guessed.

A failure is a `Problem`: a stable code and a Chinese sentence that says what to do and never repeats what stood in the cell.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from fuqi.basics import resident_id
from fuqi.basics.money import MAX_CLAIM_FEN
from fuqi.intake.layouts import Column, value_word
from fuqi.intake.workbooks import Cell

Value = str | int | bool | date | frozenset[str]
"""What a cell is read as; money is fen."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell could not be read."""

    code: str
    message: str


_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\ufe00-\ufe0f]")
_NOTHING = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "无", "空", "null", "none", "n/a", "#n/a", "nan", "暂无", "不详", "未知", "…"}
)
_MIDDLE_DOTS = re.compile(r"[·•・∙⋅‧●.。]")
_NAME_NOTE = re.compile(
    r"\((?:户主|本人|已?死亡|已?故|已去世|亡|男|女|残疾?|低保户?|五保户?|特困户?|贫困户?|患者|配偶|妻子?|夫|之?子|之?女|长子|次子|长女|次女)\)"
)
_CHINESE_NAME = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇○·]+")
_LOST_SIGNS = re.compile(r"[?*□■◇�_xX×]")

MISSING_NAME = Problem("missing_name", "没有姓名，请补上")
_NAME_LOST = Problem("name_unreadable", "姓名里有丢失或遮盖的字，请补上全名")
_NAME_SIGNS = Problem("name_characters", "这里不像姓名（有数字或其他符号，或过长），请检查是否串列")

ID_PROBLEMS = {
    code: Problem(f"id_{code}", message)
    for code, message in {
        "rounded": "身份证号被表格软件改成了数值，末几位已丢失，不能补出；请把该列设为文本格式，按证件重新填写",
        "length": "身份证号的位数不对（应为 18 位，旧证 15 位），请按证件更正",
        "characters": "身份证号里有数字和末位 X 以外的字符，请按证件更正",
        "birth_date": "身份证号里的出生日期不存在，请按证件更正",
        "future": "身份证号里的出生日期晚于今天，请按证件更正",
        "check_digit": "身份证号的校验位不符，至少有一位填错，请按证件更正",
        "area": "身份证号开头的地区码不存在，像是临时编的号，请按证件更正",
    }.items()
}
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)


def text_of(cell: Cell) -> str:
    """Return what stands in a cell as text, as a spreadsheet shows it: 15 significant digits, days in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if abs(cell) >= 1e15:
        mantissa, exponent = f"{cell:.14E}".split("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    return str(int(cell)) if cell == int(cell) else f"{cell:.15g}"


def tidy(text: str) -> str:
    """Return text in common width, without invisible signs, outer blanks and a leading apostrophe."""
    if text.isascii():
        return text.strip().lstrip("'`")
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip().lstrip("'`‘’").strip()


def is_nothing(text: str) -> bool:
    """Return whether the text only says that there is nothing."""
    return tidy(text).lower() in _NOTHING


def read_name(text: str) -> str | Problem:
    """Return a person's name in common width, without blanks and known notes in brackets, middle dots made one."""
    name = re.sub(r"\s+", "", tidy(text))
    if name.lower() in _NOTHING:
        return MISSING_NAME
    if _CHINESE_NAME.fullmatch(name) and len(name) <= 4:
        return name.strip("·") or MISSING_NAME
    name = _MIDDLE_DOTS.sub("·", _NAME_NOTE.sub("", name)).strip("·,、;:")
    if _LOST_SIGNS.search(name) and re.search(r"[\u3400-\u9fff]", name):
        return _NAME_LOST
    if not _CHINESE_NAME.fullmatch(name) or len(name.replace("·", "")) > (6 if "·" not in name else 30):
        if len(name) <= 30 and re.fullmatch(r"[A-Za-z][A-Za-z·'-]+", name):
            return name.upper()
        bracketed = re.fullmatch(r"([\u3400-\u9fff·]{2,15})(\([\u3400-\u9fff]{1,4}\))", name)
        return name if bracketed else _NAME_SIGNS
    return name


def read_id(text: str, *, today: date) -> str | Problem:
    """Return the sound number as 18 characters; a disability certificate's number gives the id number in front of it."""
    found = resident_id.read(text, today=today)
    if found in ("length", "characters") and (printed := re.fullmatch(r"\s*([0-9]{15,18})\.0+\s*", text)):
        found = resident_id.read(printed[1], today=today) if len(printed[1]) == 15 else "rounded"
    if found == "empty" or is_nothing(text):
        return MISSING_ID
    if found in ("length", "characters") and (within := _ID_WITHIN.fullmatch(resident_id.tidy(text))):
        found = resident_id.read(within[1], today=today)
    if found == "length":
        number = resident_id.tidy(text)
        if re.fullmatch(r"[0-9]{17}[0-9X][1-7][1-4](B[0-9])?", number):
            found = resident_id.read(number[:18], today=today)
            if isinstance(found, str):
                found = "length"
    if isinstance(found, str):
        return ID_PROBLEMS.get(found, MISSING_ID)
    if found.number[:2] not in _PROVINCES or len(set(resident_id.tidy(text)[:15])) < 3:
        return ID_PROBLEMS["area"]
    return found.number


_ID_WITHIN = re.compile(r"[^0-9A-Z*]*([0-9]{17}[0-9X])[^0-9A-Z*]*")
MISSING_ID = Problem("missing_id", "没有身份证号，请补上")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_DAY = re.compile(
    r"([0-9]{4})\s*[-/.年,\\~_ ]+\s*([0-9]{1,2})\s*[-/.月,\\~_ ]+\s*([0-9]{1,2})\s*[日号]?"
    r"(?:[T\s]+[0-9]{1,2}[:时][0-9]{1,2}(?:[:分][0-9]{1,2}(?:\.[0-9]+)?)?秒?(?:Z|\+0?8:?00)?)?"
)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{4}|[0-9]{6})?")
_MONTH_OR_YEAR = re.compile(r"[0-9]{4}年?|[0-9]{6}|[0-9]{4}\s*[-/.年]\s*[0-9]{1,2}月?")
_SERIAL = re.compile(r"[0-9]{4,5}(?:\.[0-9]+)?")
_FIRST_SERIAL, _LAST_SERIAL = 2200, 80000
_DATE_PROBLEM = Problem("date_unreadable", "日期看不明白，请写成“2017-03-05”的样子")
_DATE_SHORT = Problem("date_incomplete", "日期不完整（缺月或日），请补全")
_DATE_IMPOSSIBLE = Problem("date_impossible", "没有这一天，请更正日期")
_DATE_FUTURE = Problem("date_future", "日期晚于今天，请更正")


def _chinese_numerals(text: str) -> str:
    """Return the text with Chinese numerals up to 31 and digit by digit years as digits."""
    if not re.search(r"[〇零○一二三四五六七八九十]", text):
        return text

    def tens(match: re.Match[str]) -> str:
        front, back = match[1].translate(_DIGITS), match[2].translate(_DIGITS)
        return f"{front or '1'}{back or '0'}"

    return re.sub(r"([一二三]?)十([一二三四五六七八九]?)", tens, text).translate(_DIGITS)


def read_date(cell: Cell, text: str, *, today: date, past: bool) -> date | Problem:
    """Return the day that a cell says: a date cell, a spelling with all of year, month and day, or a spreadsheet's serial."""
    if isinstance(cell, datetime):
        found: date | Problem = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        found = _day_in(_chinese_numerals(tidy(text)))
    if isinstance(found, date):
        if not 1890 <= found.year <= 2100:
            return _DATE_IMPOSSIBLE
        if past and found > today:
            return _DATE_FUTURE
    return found


def _day_in(text: str) -> date | Problem:
    match = _DAY.fullmatch(text) or _COMPACT.fullmatch(text)
    if match:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return _DATE_IMPOSSIBLE
    if _SERIAL.fullmatch(text) and _FIRST_SERIAL < float(text) < _LAST_SERIAL:
        return date(1899, 12, 30) + timedelta(days=int(float(text)))
    return _DATE_SHORT if _MONTH_OR_YEAR.fullmatch(text) else _DATE_PROBLEM


_MONEY = re.compile(
    r"(?:人民币|rmb|¥|￥)?([0-9]{1,3}(?:[,，][0-9]{3})+|[0-9]+)?((?:\.[0-9]*)?)(万元|万|元整|元|圆)?", re.IGNORECASE
)
_MONEY_PROBLEM = Problem("money_unreadable", "金额看不明白，请写成“1234.50”的样子，以元为单位")
_MONEY_NEGATIVE = Problem("money_negative", "金额是负数，请核实；冲账请在原单上更正")
_MONEY_DECIMALS = Problem("money_decimals", "金额小于分，请写到两位小数")
_MONEY_TOO_LARGE = Problem("money_too_large", "金额超过一千万元，请核实是否串列")


def read_money(cell: Cell, text: str, *, in_ten_thousands: bool) -> int | Problem:
    """Return fen for an amount in yuan, or in tens of thousands where header or cell say so, with separators and units."""
    plain = re.sub(r"\s", "", tidy(text))
    if re.match(r"-|\(|负", plain):
        return _MONEY_NEGATIVE
    match = _MONEY.fullmatch(plain)
    if match is None or not (match[1] or len(match[2]) > 1):
        return _MONEY_PROBLEM
    try:
        yuan = Decimal((match[1] or "0").replace(",", "") + match[2].rstrip("."))
    except InvalidOperation:
        return _MONEY_PROBLEM
    fen = yuan * (1_000_000 if in_ten_thousands or (match[3] or "").startswith("万") else 100)
    whole = fen.to_integral_value()
    if abs(fen - whole) > (Decimal("0.0001") if isinstance(cell, float) else 0):
        return _MONEY_DECIMALS
    return int(whole) if whole <= MAX_CLAIM_FEN else _MONEY_TOO_LARGE


_WORD_PROBLEM = Problem("unknown_word", "这个词不在可用的选项里")
_NUMBER_PROBLEM = Problem("number_unreadable", "这里应当是整数，请更正")

LONGEST = {"household_number": 40, "settlement_number": 60, "hospital": 100, "relation": 20}
"""How many signs fields may have that the tables of people and bills take over as they are."""


def _allowed(column: Column) -> str:
    words: dict[str, str] = {}
    for word, value in column.values.items():
        if word != value and not word.isascii():
            words.setdefault(value, word)
    return "、".join(words.values())


def _unknown_word(column: Column) -> Problem:
    return Problem(_WORD_PROBLEM.code, f"{_WORD_PROBLEM.message}；可用：{_allowed(column)}")


def read_words(column: Column, text: str) -> frozenset[str] | Problem:
    """Return the values of all words in a cell, however they are separated."""
    parts = [value_word(part) for part in re.split(r"[、,,;;/+&\n]|\s+|和|及", tidy(text)) if part.strip()]
    if not all(part in column.values for part in parts if part):
        return _unknown_word(column)
    return frozenset(column.values[part] for part in parts if part)


def _read_text(column: Column, words: str) -> str | Problem | None:
    longest = LONGEST.get(column.field)
    if longest is not None and len(words) > longest:
        return Problem("text_too_long", f"这里写了{len(words)}个字，最多{longest}个，请检查是否串列")
    return words or None


def read_cell(column: Column, cell: Cell, text: str, *, today: date, in_ten_thousands: bool = False) -> Value | Problem | None:
    """Return the value of a cell, None if it says nothing, or the problem. Names and id numbers have readers of their own."""
    if column.type == "text":
        return _read_text(column, tidy(text))
    if column.type == "name":
        found = read_name(text)
        return None if found is MISSING_NAME else found
    if column.type in ("choice", "bool", "choices"):
        word = value_word(text)
        if word in column.values:
            value = column.values[word]
            return value == "true" if column.type == "bool" else frozenset({value}) if column.type == "choices" else value
        if is_nothing(text):
            return None
        return read_words(column, text) if column.type == "choices" else _unknown_word(column)
    if is_nothing(text):
        return None
    if column.type == "date":
        return read_date(cell, text, today=today, past=column.past)
    if column.type == "money":
        return read_money(cell, text, in_ten_thousands=in_ten_thousands)
    number = re.sub(r"[,\s]", "", tidy(text))
    return int(float(number)) if re.fullmatch(r"[0-9]{1,12}(\.0+)?", number) else _NUMBER_PROBLEM
