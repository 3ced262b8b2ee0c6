"""A few invented people whose bills change afterwards: one is found to be poor late, bills come late, go and are corrected."""

from __future__ import annotations

from tests.support.desk import BILLS, HOUSEHOLD, household, number, workbook

BILLS_FILE, HOUSEHOLDS, INSURED = "结算明细.xlsx", "户信息.xlsx", "参保名单.xlsx"
LATE_HOUSEHOLDS = "户信息补充.xlsx"


def bill(label: str, person: int, name: str, day: str, in_scope: int, illness: str = "肺炎") -> list[str]:
    """Return a row of the list of bills; in scope is nine tenths of the total, in yuan."""
    stay = ["君山区人民医院", "区级", "住院", day, day, day]
    return [label, name, number(person), *stay, illness, f"{in_scope // 9 * 10}.00", f"{in_scope}.00"]


WANG = [bill("A1", 1, "王大山", "2017-02-01", 9_000), bill("A2", 1, "王大山", "2017-04-01", 18_000)]
WANG_3 = bill("A3", 1, "王大山", "2017-06-01", 27_000)
LI = [bill("B1", 2, "李四海", "2017-03-05", 4_500), bill("B2", 2, "李四海", "2017-08-01", 36_000)]
CHEN = [bill("C1", 3, "陈五", "2017-05-05", 900)]
POOR_SINCE_MARCH = [*household(1, "王大山", group="低保户")[:-1], "2017-03-01"]


def bills(*rows: list[str]) -> bytes:
    """Return a list of bills."""
    return workbook(BILLS, *rows)


def late_households() -> bytes:
    """Return the list that says, afterwards, that 王大山 has been poor since March."""
    return workbook(HOUSEHOLD, POOR_SINCE_MARCH)


def known_people() -> dict[str, bytes]:
    """Return the lists that make the people known: 王大山 and 赵六 insured only, 李四海 and 陈五 registered poor."""
    insured = [["新堤镇", "新堤村", name, number(person), "居民"] for person, name in ((1, "王大山"), (4, "赵六"))]
    return {
        INSURED: workbook("乡镇 行政村 姓名 身份证号 参保类别".split(), *insured),
        HOUSEHOLDS: workbook(HOUSEHOLD, household(2, "李四海"), household(3, "陈五")),
    }
