"""Canaries: synthetic people whose words and numbers nobody else has, and the lists that tell of them (T9, T21).

Names, addresses and diagnoses hold signs that no text of the program has; numbers begin as nobody's number begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.desk import sound, workbook
from tests.support.searching import Needle

NAME, STREET, ILLNESS, RESTRICTED = "麤龘灪", "骉驫巷", "鱻羴型", "靐齉型"
"""Signs of a canary's name, address, illness and restricted illness or fact."""
ID, PHONE, ACCOUNT = "43069919391117", "199990717", "6217009988776655"
"""How a canary's identity number, telephone number and bank account begin. The area is nobody's."""
OLD_ID = "430699391117"
"""How the 15 digits of an older identity number begin."""

HIV, STD, MENTAL, TB, ONLY_CHILD = "hiv", "std", "mental", "tb", "only_child"
WORDS: Mapping[str, tuple[str, str]] = {
    "": (f"慢性阻塞性肺疾病（{ILLNESS}）", "J44.9"),
    HIV: (f"艾滋病（{RESTRICTED}）", "B20.9"),
    STD: (f"梅毒（{RESTRICTED}）", "A53.9"),
    MENTAL: (f"精神分裂症（{RESTRICTED}）", "F20.9"),
    TB: (f"浸润型肺结核（{RESTRICTED}）", "A16.2"),
    ONLY_CHILD: (f"高血压（{ILLNESS}）", "I10"),
}
"""Diagnosis and code of each kind. Who lost an only child is as ill as others: a remark says what must stay covered."""
KINDS = ("", HIV, "", STD, "", MENTAL, "", TB, "", ONLY_CHILD)
VILLAGES = (("望湖镇", "白鹭村"), ("望湖镇", "芦荡村"), ("芦洲镇", "芦花村"))
HOSPITALS = ("君山区人民医院", "君山区中医医院")


@dataclass(frozen=True)
class Canary:
    """A synthetic person of the county."""

    number: int

    @property
    def kind(self) -> str:
        """Return of which kind the restricted illness or fact is; '' where there is none."""
        return KINDS[self.number % len(KINDS)]

    @property
    def name(self) -> str:
        """Return the name, which nobody else has."""
        return NAME + chr(ord("甲") + self.number)

    @property
    def id_number(self) -> str:
        """Return the identity number of a man."""
        return sound(f"{ID}{2 * self.number + 1:03d}")

    @property
    def phone(self) -> str:
        """Return the telephone number."""
        return f"{PHONE}{self.number:02d}"

    @property
    def account(self) -> str:
        """Return the bank account."""
        return f"{ACCOUNT}{self.number:03d}"

    @property
    def address(self) -> str:
        """Return the address below the village."""
        return f"{STREET}{self.number}号"

    @property
    def place(self) -> tuple[str, str]:
        """Return township and village."""
        return VILLAGES[self.number % len(VILLAGES)]

    @property
    def household(self) -> str:
        """Return the number of the household, in which nobody else is."""
        return f"4306119977{self.number:04d}"

    @property
    def bill(self) -> str:
        """Return the number of the bill."""
        return f"ZY2017977{self.number:03d}"

    @property
    def hospital(self) -> str:
        """Return where the person was treated."""
        return HOSPITALS[self.number % len(HOSPITALS)]

    @property
    def illness(self) -> str:
        """Return the diagnosis in words."""
        return WORDS[self.kind][0]

    @property
    def icd10(self) -> str:
        """Return the diagnosis as a code."""
        return WORDS[self.kind][1]

    @property
    def remark(self) -> str:
        """Return what a clerk notes beside the row."""
        return f"失独家庭（{RESTRICTED}）" if self.kind == ONLY_CHILD else f"因{self.illness}致贫"


def canaries(number: int) -> list[Canary]:
    """Return so many canaries: every other one with a restricted illness or fact, each kind in turn."""
    return [Canary(one) for one in range(number)]


def needles() -> list[Needle]:
    """Return what to look for: of each kind of word and number what all canaries have in common."""
    return [
        Needle("name", NAME),
        Needle("id_number", ID),
        Needle("id_number", OLD_ID),
        Needle("phone", PHONE),
        Needle("account", ACCOUNT),
        Needle("address", STREET),
        Needle("illness", ILLNESS),
        Needle("restricted", RESTRICTED),
    ]


_WHO = "乡镇 村 姓名 身份证号码".split()


def _who(one: Canary) -> list[str]:
    return [*one.place, one.name, one.id_number]


def _households(one: Canary) -> list[str]:
    about = [one.household, *_who(one)[:2], one.address, one.name, one.id_number, one.name, one.id_number, "户主", "男"]
    return [*about, "一般建档立卡户", "2015-01-01", f"因病（{one.illness}）", one.phone, "3100", one.account, one.remark]


def _checks(one: Canary) -> list[str]:
    seen = ["省系统", "李卫民", "2017-05-06", "是", "是", one.illness, one.icd10, f"{one.hospital}病历：{one.illness}"]
    return [*_who(one), one.phone, *seen, "是", one.hospital, "属实", one.remark]


def _bills(one: Canary) -> list[str]:
    stay = [one.hospital, "区级", "住院", "2017-03-01", "2017-03-09", "2017-03-09", one.illness, one.icd10]
    return [one.bill, one.name, one.id_number, *stay, "12000.00", "10000.00", "否", one.phone, one.remark]


HOUSEHOLDS = [
    *"户编号 乡镇 行政村 家庭住址 户主姓名 户主身份证号 姓名 证件号码 与户主关系 性别 贫困户属性 建档时间".split(),
    *"致贫原因 联系电话 人均纯收入 开户账号 备注".split(),
]
CHECKS = [
    *_WHO,
    "联系电话",
    *"名单来源 核查人 核查日期 身份是否属实 是否建档立卡 所患疾病 ICD-10编码 诊断依据 是否救治 救治机构 核查结果 备注".split(),
]
BILLS = [
    *"结算单号 姓名 身份证号 就诊医院 医院级别 就医类别 入院日期 出院日期 结算日期 出院诊断 诊断编码".split(),
    *"总费用 政策范围内费用 是否转诊 联系电话 备注".split(),
]
CLAIMED = [*_WHO, "联系电话", "疾病名称", "ICD-10编码", "备注"]
BROKEN = "乡镇 村 姓名 身份证号码 联系电话 疾病名称 出生日期 备注".split()


def _claimed(one: Canary) -> list[str]:
    return [*_who(one), one.phone, one.illness, one.icd10, one.remark]


def _broken(one: Canary) -> list[str]:
    """Return a row in which nothing is as it should be: words where days stand, a damaged number."""
    number = one.id_number[:16] + "?"
    return [one.name, one.illness, one.name, number, one.phone + "x", one.account, one.name + one.phone, one.remark]


_FORMS: dict[str, tuple[list[str], Callable[[Canary], list[str]]]] = {
    "91建档立卡_国扶办.xlsx": (HOUSEHOLDS, _households),
    "92核查表_望湖镇.xlsx": (CHECKS, _checks),
    "93住院费用结算明细.xlsx": (BILLS, _bills),
    "94省健康扶贫系统因病致贫.xlsx": (CLAIMED, _claimed),
    "95先诊疗后付费协议.xlsx": (
        [*_WHO, "联系电话", "疾病名称", "签订医院", "签订日期", "协议编号", "备注"],
        lambda one: [*_claimed(one)[:6], one.hospital, "2017-03-01", f"XY{one.number:06d}", one.remark],
    ),
    "96未救治人员原因.xlsx": (
        [*_WHO, "联系电话", "疾病名称", "未救治原因", "备注"],
        lambda one: [*_claimed(one)[:6], f"本人怕{one.illness}被人知道", one.remark],
    ),
    "97家庭医生签约.xlsx": (
        [*_WHO, "联系电话", "地址", "户主姓名", "签约团队", "签约医生", "签约日期", "备注"],
        lambda one: [*_who(one), one.phone, one.address, one.name, "一队", "王春生", "2017-04-01", one.remark],
    ),
    "98健康体检.xlsx": (
        [*_WHO, "联系电话", "体检日期", "体检机构", "体检项目", "备注"],
        lambda one: [*_who(one), one.phone, "2017-06-01", "望湖镇卫生院", f"{one.illness}复查", one.remark],
    ),
    "99电话调查.xlsx": (
        [*_WHO, "联系电话", "调查日期", "是否接通", "是否满意", "是否知晓", "备注"],
        lambda one: [*_who(one), one.phone, "2017-09-01", "是", "是", "是", one.remark],
    ),
    "9A居民医保参保.xlsx": (
        [*_WHO, "联系电话", "地址", "参保日期", "参保类别", "个人缴费金额", "备注"],
        lambda one: [*_who(one), one.phone, one.address, "2017-01-01", "居民", "150.00", one.remark],
    ),
    "9B人口变动.xlsx": (
        ["乡镇", "姓名", "身份证号码", "变动类型", "变动日期", "原村", "迁入乡镇", "迁入村", "备注"],
        lambda one: [
            one.place[0],
            one.name,
            one.id_number,
            "迁村",
            "2017-07-01",
            one.place[1],
            "望湖镇",
            "望湖村",
            one.remark,
        ],
    ),
    "9C名单有误.xlsx": (BROKEN, _broken),
}
"""Each kind of list by its file name: its header, and how a canary stands in it."""


def lists(people: Sequence[Canary]) -> dict[str, bytes]:
    """Return every kind of list as a county receives it, by file name; the last ones are faulty."""
    only = {"9B人口变动.xlsx": people[:2]}
    found = {name: workbook(header, *map(row, only.get(name, people))) for name, (header, row) in _FORMS.items()}
    plain = "\n".join([",".join(BROKEN), *(",".join(_broken(one)) for one in people)])
    found["9D名单有误.csv"] = plain.encode("gb18030")
    found["9E读不开.xlsx"] = found["91建档立卡_国扶办.xlsx"][:2000] + plain.encode()
    found["9F表头不认得.xlsx"] = workbook(["甲", "乙"], *([one.name, one.id_number] for one in people))
    return found


def write_lists(folder: Path, people: Sequence[Canary]) -> None:
    """Write every list into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in lists(people).items():
        (folder / name).write_bytes(data)
