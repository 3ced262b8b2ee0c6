"""Words of the register."""

from __future__ import annotations

OUTCOMES = {
    "confirmed": "属实",
    "corrected": "信息有误已更正",
    "died": "已死亡",
    "cured": "已治愈",
    "not_on_list": "未患名录疾病",
    "not_illness": "非因病",
    "moved_out": "户籍迁出",
    "duplicate": "重复",
    "not_found": "查无此人",
    "unchecked": "未核查",
}

SEXES = {"male": "男", "female": "女", "": "不详"}
