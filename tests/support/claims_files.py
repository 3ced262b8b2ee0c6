"""Synthetic files of claims, drawn by a seed, and the ways in which files go wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

HEADER = (
    "claim_id,person_id,household_id,settled_at,admitted,discharged,care,hospital_level,groups,total,in_scope,settle_total,"
    "fee_bed,fee_drug,amount_special_drug,paid_critical,insured,birth_on,stay_id,away,hospital_grade,icd10,sex,remark"
)
_FIRST = date(2016, 12, 1)
_LEVELS = ("", "village", "township", "county", "city", "province")
_GROUPS = ("", "", "registered_poor", "registered_poor;low_income", " disabled ; registered_poor;;", "低保")
_DATES = ("admitted", "discharged", "birth_on", "settled_at")
_CARES = ("inpatient", "inpatient", "outpatient", "outpatient_chronic", "")


def draw_rows(random: Random, rows: int, *, blanks: float = 0.02) -> list[list[str]]:
    """Return a header and rows of cells; few persons, so that sums add up. `blanks` is how often a cell is empty."""
    names = HEADER.split(",")
    found = [names]
    for number in range(rows):
        cells = _row(random, number, max(1, rows // 4))
        found.append(
            ["" if name not in ("claim_id", "person_id") and random.random() < blanks else cells[name] for name in names]
        )
    random.shuffle(names_places := list(range(len(names))))
    return [[row[place] for place in names_places] for row in found]


def text_of(rows: list[list[str]], *, line_end: str = "\n") -> str:
    """Return the file of rows of cells; a cell is quoted only where it must be."""
    return "".join(",".join(map(_cell, row)) + line_end for row in rows)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text


def _row(random: Random, number: int, persons: int) -> dict[str, str]:
    person = random.randrange(persons)
    left = _FIRST + timedelta(random.randrange(500))
    total = min(random.choice((random.randrange(1, 5_000_00), int(random.lognormvariate(14, 2)))), 10**9)
    in_scope = total * random.randrange(50, 101) // 100
    fee = random.randrange(in_scope + 1)
    return {
        "claim_id": f"c{number}",
        "person_id": f"p{person}",
        "household_id": random.choice((f"h{person // 3}", f"h{person // 3}", f"p{person}", "")),
        "settled_at": (left + timedelta(random.randrange(30))).isoformat(),
        "admitted": (left - timedelta(random.randrange(20))).isoformat(),
        "discharged": left.isoformat(),
        "care": random.choice(_CARES),
        "hospital_level": random.choice(_LEVELS),
        "groups": random.choice(_GROUPS),
        "total": _yuan(random, total),
        "in_scope": _yuan(random, in_scope),
        "settle_total": random.choice(("", _yuan(random, random.randrange(in_scope, total + 1)))),
        "fee_bed": _yuan(random, fee),
        "fee_drug": _yuan(random, (total - fee) // 2),
        "amount_special_drug": _yuan(random, random.randrange(total + 1)),
        "paid_critical": random.choice(("", _yuan(random, random.randrange(in_scope // 8 + 1)))),
        "insured": random.choice("01"),
        "birth_on": (date(1940, 1, 1) + timedelta(random.randrange(28_000))).isoformat(),
        "stay_id": random.choice(("", "", f"s{person}", f"c{random.randrange(number + 1)}")),
        "away": random.choice(("", "none", "referred")),
        "hospital_grade": random.choice(("", "0", "3")),
        "icd10": random.choice(("", "I10", "C50.9")),
        "sex": random.choice(("", "male", "female")),
        "remark": random.choice(("", "无", "a b")),
    }


def _yuan(random: Random, fen: int) -> str:
    """Return fen as yuan in one of the ways in which it may be written."""
    if fen % 100 == 0 and random.random() < 0.5:
        return str(fen // 100)
    if fen % 10 == 0 and random.random() < 0.5:
        return f"{fen // 100}.{fen % 100 // 10}"
    return f"{fen // 100}.{fen % 100:02d}"


BAD_TEXTS = (
    "", " ", "=1+1", "+5", "-1", "@x", "\t=1", "x", "０", "１００", "1e3", "1,000", "100元", "1_000", ".5", "5.", "5.005",
    " 5", "5 ", "99999999999", "10000000.01", "9" * 40, "2017-02-30", "2017/01/01", "20170101", "2017-1-1", " 2017-01-01",
    "0000-01-01", "9999-12-31", "2", "true", "visit", "tertiary", "c1", "c2", "p1", "a\nb", "a\r\nb", "a\rb", 'a"b', '"',
    "a,b", "\u3000", "\u2028", "甲", "\ufeff", "𝟓", "٣",
)  # fmt: skip
"""Cells that are wrong somewhere."""


def _spoil_cells(random: Random, rows: list[list[str]]) -> None:
    for _ in range(random.randrange(1, 8)):
        row = random.choice(rows[1:] or rows)
        if row:
            row[random.randrange(len(row))] = random.choice(BAD_TEXTS)


def _swap_amounts(random: Random, rows: list[list[str]]) -> None:
    names = rows[0]
    money = ("total", "in_scope", "settle_total", "fee_bed", "amount_special_drug", "paid_critical")
    kinds = [[place for place, name in enumerate(names) if name in kind] for kind in (money, _DATES)]
    for _ in range(random.randrange(1, 4)):
        row, places = random.choice(rows[1:] or rows), random.choice(kinds)
        if len(places) > 1 and max(places) < len(row):
            one, other = random.sample(places, 2)
            row[one], row[other] = row[other], row[one]


def _repeat_rows(random: Random, rows: list[list[str]]) -> None:
    for _ in range(random.randrange(1, 3)):
        rows.insert(random.randrange(1, len(rows) + 1), list(random.choice(rows)))


def _wrong_counts(random: Random, rows: list[list[str]]) -> None:
    for _ in range(random.randrange(1, 3)):
        row = random.choice(rows)
        if row and random.random() < 0.5:
            row.pop()
        else:
            row.append(random.choice(("", "x")))


def _blank_lines(random: Random, rows: list[list[str]]) -> None:
    for _ in range(random.randrange(1, 4)):
        rows.insert(random.randrange(len(rows) + 1), [])


def _header(random: Random, rows: list[list[str]]) -> None:
    names = rows[0]
    if names:
        names[random.randrange(len(names))] = random.choice(("", "total", "remark", "fee_", "paid_zz", "fee_x", "care"))


def _columns(random: Random, rows: list[list[str]]) -> None:
    place = random.randrange(min(map(len, rows), default=0) or 1)
    for row in rows:
        if len(row) > place:
            del row[place]


_SPOILERS: tuple[Callable[[Random, list[list[str]]], None], ...] = (
    _spoil_cells, _spoil_cells, _swap_amounts, _repeat_rows, _wrong_counts, _blank_lines, _header, _columns,
)  # fmt: skip


def spoilt(random: Random, rows: list[list[str]]) -> bytes:
    """Return the bytes of a file that was spoilt in one or more ways, in cells, rows, line ends or bytes."""
    rows = [list(row) for row in rows]
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        if rows:
            random.choice(_SPOILERS)(random, rows)
    content = text_of(rows, line_end=random.choice(("\n", "\n", "\n", "\r\n", "\r"))).encode()
    content = random.choice((b"", b"", b"\xef\xbb\xbf")) + content
    if random.random() < 0.1:
        content = content[: random.randrange(len(content) + 1)]
    if random.random() < 0.15:
        place = random.randrange(len(content) + 1)
        content = content[:place] + random.choice((b'"', b"\n", b"\r", b",", b"\x00", b"\xff", b'""', b"=")) + content[place:]
    return content
