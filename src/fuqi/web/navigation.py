"""The rooms that the head of every page leads to, and who may enter them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from fuqi.access.codes import (
    APPROVE_READING,
    GRANT_ROLES,
    HANDLE_REQUESTS,
    IMPORT_LISTS,
    KEEP_SYSTEM,
    PRINT_PAPERS,
    READ_JOURNAL,
    SEE_FIGURES,
    SEE_MONEY,
    SEE_PEOPLE,
)
from fuqi.basics.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Entrance:
    """A room as the navigation shows it."""

    url_name: str
    words: str
    about: str
    """What one does there, in a sentence: said on a person's own page."""
    action: str
    """Who may do this may enter."""
    rooms: tuple[str, ...]
    """The rooms under whose pages this entrance is marked as the current one."""
    whole_county: bool = False


ENTRANCES = (
    Entrance("county", "县情", "看全县和各乡镇、各村的数字。", SEE_FIGURES, ("county", "figures")),
    Entrance("find_person", "人员", "查一个人的身份、核查结果和结算。", SEE_PEOPLE, ("people",)),
    Entrance("lists", "名单", "接收、查对、撤销各部门报来的名单。", IMPORT_LISTS, ("lists",), whole_county=True),
    Entrance("adjustments", "补报追回", "看哪些费用要补报、哪些要追回。", SEE_MONEY, ("adjustments",)),
    Entrance("papers", "报告", "印自评报告和明白纸。", PRINT_PAPERS, ("papers",)),
    Entrance("scheme", "方案", "看方案的条款和数字，试算草案。", SEE_FIGURES, ("scheme", "trying")),
    Entrance("subject_requests", "个人申请", "受理查阅、更正和删除个人信息的申请。", HANDLE_REQUESTS, ("duties",)),
    Entrance("accounts", "账号", "管理账号、授权和停用。", GRANT_ROLES, ("accounts",)),
    Entrance("decide_readings", "大批查看", "批准或者不批准一天里查看很多人的申请。", APPROVE_READING, ("reading",)),
    Entrance("journal", "日志", "查日志，查谁看过谁。", READ_JOURNAL, ("journal",), whole_county=True),
    Entrance("system", "系统", "看系统状态，备份和恢复。", KEEP_SYSTEM, ("system",)),
)
"""Every room in the order of the navigation."""
OWN_PAGE = "own_account"
"""The page that everybody has: who one is here, and what one may do."""


def entrances(viewer: Viewer, county: str) -> list[Entrance]:
    """Return the entrances that the viewer may use, in the order of the navigation."""
    whole = viewer.covers(county)
    allowed = [item for item in ENTRANCES if viewer.may(item.action) and (whole or not item.whole_county)]
    return [item for item in allowed if _is_there(item.url_name)]


def _is_there(url_name: str) -> bool:
    try:
        reverse(url_name)
    except NoReverseMatch:
        return False
    return True


def first_room(viewer: Viewer, county: str) -> str:
    """Return where a viewer begins who may not see figures: the first room that is theirs, or the own page."""
    return next((item.url_name for item in entrances(viewer, county)), OWN_PAGE)


def room_of(module: str) -> str:
    """Return the room that a view's module belongs to, '' for modules outside the rooms."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["fuqi", "web"] and len(parts) > 3 else ""
