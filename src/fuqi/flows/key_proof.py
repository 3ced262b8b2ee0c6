"""Proving the data keys: each one opens, or an entry destroyed it."""

from __future__ import annotations

from collections.abc import Iterator

from fuqi.access.keys import unsound_keys
from fuqi.basics.errors import Fault
from fuqi.basics.viewer import Viewer
from fuqi.journal.queries import changes_of

_WRONG = {
    "changed": "打不开：被改动过，或者换成了别的密钥",
    "destroyed": "被销毁了，而日志里没有销毁它的条目",
    "restored": "日志里已经销毁，现在又有了",
}


def prove_keys(viewer: Viewer) -> Iterator[Fault]:
    """Yield every data key that neither opens nor was destroyed by an entry."""
    destroyed = {str(key) for change in changes_of(viewer, "destroy_key") for key in change.get("keys", ())}
    for key_id, wrong in unsound_keys(destroyed):
        yield Fault("data_key", f"表 access.datakey 中编号 {key_id} 的数据密钥{_WRONG[wrong]}。")
