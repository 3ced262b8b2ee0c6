"""结算一份费用文件

`fuqi settle --benefits benefits.yaml --claims claims.csv --out lines.csv` 不建工作区，直接结算一份费用文件。
方案办用它试草案，别的县用它核对我们的算法。费用文件是逗号分隔的表，UTF-8 编码，金额用元，日期写成 2017-03-01，是非写成1和0。
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.spec.book import EXAMPLE, REQUIRED, Door, open_door
from tests.spec.page import shown

CHAPTER = 10

COLUMNS = f"{REQUIRED},hospital_level,groups"
GOOD = "c1,p1,2017-03-01,2017-03-01,inpatient,10000.00,8000.00,county,registered_poor"
NO_GROUP_COLUMN = "c1,p1,2017-03-01,2017-03-01,inpatient,10000.00,8000.00,county"


def settled(*rows: str, columns: str = COLUMNS, benefits: str = EXAMPLE, keep_going: bool = False) -> Door:
    with TemporaryDirectory() as folder:
        return open_door(Path(folder), "\n".join([columns, *rows, ""]), benefits, keep_going=keep_going)


def test_what_comes_out() -> None:
    """结果 `lines.csv` 每张费用单每一层一行，最后一行 `self_pay` 是个人负担。

    `base` 是先自付以后的计算基数，个人负担那一行是结算费用；总费用和结算费用不同的，另有一行 `institution_adjustment`。
    """
    basic = (8_000_00 - 400_00) * 80 // 100
    rest = 8_000_00 - basic
    door = settled(GOOD)
    assert door.status == 0
    assert door.lines == [
        ("c1", "basic", "8000.00", f"{basic // 100}.00"),
        ("c1", "critical", f"{rest // 100}.00", "0.00"),
        ("c1", "backstop", f"{rest // 100}.00", f"{(rest - 800_00) // 100}.00"),
        ("c1", "self_pay", "10000.00", "2800.00"),
    ]
    shown(
        columns=COLUMNS.split(","), rows=[GOOD.split(",")], why="上面是费用文件里的一行，按“一层一层地付”一章里三层的例子结算："
    )
    shown(columns=["claim_id", "layer", "base", "pay"], rows=door.lines)


def test_bad_rows() -> None:
    """有毛病的行一次全部指出，写明第几行哪一列（表头是第1行）。

    不加 `--keep-going` 的，有一行有毛病就什么都不写；加了的，其余的照常结算，就像那几行不在一样。
    """
    bad = [
        "c2,p1,2017-02-30,2017-03-01,inpatient,100.00,80.00,county,",
        "c3,p1,2017-03-01,2017-03-01,inpatient,100元,80.00,county,",
        "c4,p1,2017-03-01,2017-03-01,inpatient,100.00,180.00,county,",
        "c5,p1,2017-03-01,2017-03-01,dental,100.00,80.00,third,",
        "c1,p1,2017-03-01,2017-03-01,inpatient,100.00,80.00,county,",
        "=c6,p1,2017-03-01,2017-03-01,inpatient,100.00,80.00,county",
    ]
    door = settled(GOOD, *bad)
    assert door.status == 1
    assert door.lines is None
    assert {problem["row"] for problem in door.problems} == {"2", "3", "4", "5", "6", "7", "8"}
    shown(
        columns=["row", "column", "message"],
        rows=[[problem["row"], problem["column"], problem["message"]] for problem in door.problems],
        why="第2行本来没有毛病，只是和第7行的结算单号相同：分不清哪一张是真的，两张都退回。",
    )
    kept = settled(GOOD, *bad[:4], keep_going=True)
    assert kept.status == 1
    assert {line[0] for line in kept.lines or ()} == {"c1"}


def test_empty_cells() -> None:
    """`groups` 的空格是没有身份；整列没有，或别的列的空格，是不知道。

    不知道而又需要的，那张费用单不能决定，列在问题里；不妨碍别的费用单。
    """
    none, unknown = settled(GOOD.replace("registered_poor", "")), settled(NO_GROUP_COLUMN, columns=f"{REQUIRED},hospital_level")
    assert (none.status, unknown.status) == (0, 1)
    assert none.pays()["c1", "backstop"] == "0.00"
    assert [problem["column"] for problem in unknown.problems] == ["groups"]
    basic = none.pays()["c1", "basic"]
    rows = [["`groups` 一列，空格", f"基本医保付{basic}元"], ["没有 `groups` 这一列", unknown.problems[0]["message"]]]
    shown(columns=["费用文件", "结果"], rows=rows)


def test_exit_states() -> None:
    """程序结束时报一个数：0 全部结算了；1 有退回的或不能决定的；2 方案或参数有错，什么都没有结算。"""
    cases = [
        ("全部结算", settled(GOOD), 0, True),
        ("只有表头", settled(), 0, True),
        ("有一张不能决定", settled(NO_GROUP_COLUMN, columns=f"{REQUIRED},hospital_level"), 1, True),
        ("有一行有毛病", settled(GOOD, "c2,p1,2017-03-01,2017-03-01,inpatient,100元,80.00,county,"), 1, False),
        ("缺少必须有的列", settled("c1,p1", columns="claim_id,person_id"), 1, False),
        ("方案里键写错", settled(GOOD, benefits=EXAMPLE.replace("rate:", "rat:", 1)), 2, False),
    ]
    rows = []
    for what, door, status, written in cases:
        assert (door.status, door.lines is not None) == (status, written), what
        rows.append([what, str(door.status), "写了" if door.lines is not None else "没有写"])
    shown(columns=["情形", "结束时的数", "`lines.csv`"], rows=rows)
