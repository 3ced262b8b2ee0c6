"""The lists and field checks of the sample, counted back from the workbooks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from zipfile import ZipFile

from id_validator import validator

from tests.unit.sample.reader import County, Row, is_sound, number_of, sheets_of

PROVINCIAL = {"number": "身份证号码", "name": "患者姓名", "township": "乡镇", "village": "村"}
NATIONAL = {"number": "证件号", "name": "姓名", "township": "镇（乡）", "village": "村居"}
OFFICE = {"number": "身份证", "name": "贫困人口姓名", "township": "所在乡镇", "village": "行政村名称"}

FOUR_KINDS = ("C15", "C16", "C18", "C20", "N18.0", "C91.0", "Q21")
PUBLIC_HEALTH = ("A16", "B65", "F20", "F31", "B24")
CHRONIC = ("I10", "E11", "I25", "I69", "J44", "M06", "B18", "K74")


@dataclass(frozen=True)
class Check:
    """One row of a field check, in one set of words for both forms."""

    number: str
    outcome: str
    codes: tuple[str, ...]
    treated: str | None
    registered: bool
    lists: str

    def has(self, prefixes: tuple[str, ...]) -> bool:
        return any(code.startswith(prefixes) for code in self.codes)

    @property
    def verified(self) -> bool:
        known = self.has(FOUR_KINDS + PUBLIC_HEALTH + CHRONIC)
        return self.outcome in ("属实", "信息有误已更正") and self.registered and known


def _check(row: Row) -> Check:
    first = "核查结果" in row
    codes = row["ICD-10编码" if first else "疾病编码"]
    return Check(
        number=number_of(row.get("身份证号码" if first else "公民身份证号")),
        outcome=str(row["核查结果" if first else "核查结论"]),
        codes=tuple(str(codes).split(";")) if codes else (),
        treated=None if row["是否救治" if first else "已救治"] is None else str(row["是否救治" if first else "已救治"]),
        registered=row["是否建档立卡" if first else "建档立卡户"] == "是",
        lists=str(row["名单来源" if first else "来源名单"]),
    )


@cache
def _checks(county: County) -> list[Check]:
    return [_check(row) for row in county.rows("核查表", "核查结果") + county.rows("核查表", "核查结论")]


@cache
def _listed(county: County) -> dict[str, set[str]]:
    words = {"04省": (PROVINCIAL, "患者姓名"), "05国家": (NATIONAL, "疾病名称"), "06区扶贫办": (OFFICE, "贫困人口姓名")}
    return {
        file: {found for row in county.rows(file, header) if (found := county.person(row, **fields))}
        for file, (fields, header) in words.items()
    }


def test_the_register_has_7805_people_and_every_household_has_a_contract_and_one_insurance(county: County) -> None:
    households = {person.household for person in county.register.values()}
    assert len(county.register) == 7805
    assert 2500 < len(households) < 2900
    assert {str(row["户编号"]) for row in county.rows("签约", "户编号")} == households
    insured = {number_of(row["公民身份号码"]): row["参保类别"] for row in county.rows("参保", "参保人姓名")}
    assert set(county.register) < set(insured)
    assert len({(one.household, insured[one.number]) for one in county.register.values()}) == len(households)


def test_each_list_has_the_published_number_of_people(county: County) -> None:
    listed = _listed(county)
    assert {file: len(people) for file, people in listed.items()} == {"04省": 3248, "05国家": 2024, "06区扶贫办": 1643}
    assert 4300 <= len(set.union(*listed.values())) <= 4800
    assert len(county.rows("06区扶贫办", "贫困人口姓名")) == 1643 + 4


def test_everybody_on_a_list_and_people_found_outside_are_checked_once(county: County) -> None:
    checks, union = _checks(county), set.union(*_listed(county).values())
    sound = [check.number for check in checks if is_sound(check.number)]
    assert max(Counter(sound).values()) == 1
    assert union < set(sound)
    outside = {check.number for check in checks if check.lists == "系统外"}
    assert set(sound) - union == outside
    assert {check.outcome for check in checks if not is_sound(check.number)} == {"重复"}


def test_verified_people_and_their_classes_are_as_published(county: County) -> None:
    verified = [check for check in _checks(county) if check.verified]
    assert len(verified) == 1358
    assert all(check.number in county.register for check in verified)
    four = [check for check in verified if check.has(FOUR_KINDS)]
    public = [check for check in verified if check.has(PUBLIC_HEALTH) and not check.has(FOUR_KINDS)]
    assert (len(four), len(public), len(verified) - len(four) - len(public)) == (71, 37, 1250)
    assert sum(check.treated == "是" for check in public) == 36
    assert sum(len(check.codes) > 1 for check in verified) > 300


def test_60_verified_people_are_in_neither_system(county: County) -> None:
    listed = _listed(county)
    systems = listed["04省"] | listed["05国家"]
    apart = [check for check in _checks(county) if check.verified and check.number not in systems]
    assert len(apart) == 60
    assert 0 < sum(check.lists == "系统外" for check in apart) < 60


def test_every_outcome_occurs_and_what_the_townships_say_of_the_register_is_true(county: County) -> None:
    checks = _checks(county)
    assert {check.outcome for check in checks} == {
        "属实", "信息有误已更正", "已死亡", "已治愈", "未患名录疾病", "非因病", "户籍迁出", "重复", "查无此人",
    }  # fmt: skip
    assert all(check.registered == (check.number in county.register) for check in checks)


def test_the_patient_who_must_stay_hidden_is_in_few_papers(county: County) -> None:
    (hidden,) = [check for check in _checks(county) if check.has(("B24",))]
    listed = _listed(county)
    assert (hidden.treated, hidden.lists) == ("否", "国家平台")
    assert hidden.number in listed["05国家"] - listed["04省"] - listed["06区扶贫办"]
    assert not county.register[hidden.number].head
    for file, header, column in (
        ("体检", "受检人", "居民身份证号"),
        ("调查", "受访人", "身份证号"),
        ("住院", "结算单号", "身份证号"),
        ("门诊", "流水号", "证件号码"),
        ("先诊疗", "收治医院", "身份证号码"),
    ):
        assert hidden.number not in {number_of(row[column]) for row in county.rows(file, header)}


def test_numbers_are_valid_and_12_rows_of_the_provincial_list_and_4_doubtful_pairs_have_none(county: County) -> None:
    assert all(is_sound(number) for number in county.register)
    assert all(validator.is_valid(number) for number in sorted(county.register)[::1500])  # it takes 50 ms for each
    provincial = [number_of(row.get("身份证号码")) for row in county.rows("04省", "患者姓名")]
    assert [number for number in provincial if not is_sound(number)] == [""] * 12
    assert [check.number for check in _checks(county) if not is_sound(check.number)] == [""] * 4
    assert any(len(str(row.get("身份证"))) == 15 for row in county.rows("06区扶贫办", "贫困人口姓名"))


def test_two_people_of_one_village_share_a_name(county: County) -> None:
    names = Counter((person.name, person.village) for person in county.register.values())
    assert sum(count > 1 for count in names.values()) >= 6


def test_every_sheet_says_that_it_is_invented_and_no_workbook_holds_a_formula(county: County) -> None:
    for path in county.files.values():
        assert all(any("虚构数据，仅供演示" in str(cell) for cell in rows[0]) for _, rows in sheets_of(path))
    for path in sorted(county.files.values())[::4]:
        with ZipFile(path) as archive:
            assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets" in name)
