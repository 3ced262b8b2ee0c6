"""What is different between two schemes, in words: before → after, for every value, rule, list, clause and their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from fuqi.scheme.benefits import Benefits
from fuqi.scheme.model import Scheme
from fuqi.scheme.telling import Told, tell, tell_benefits

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
_LONG, _AROUND = 60, 12


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: in what, of what kind, and how it read before and after ('' where it was not there)."""

    kind: str
    subject: str
    label: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        lead = f"{self.subject}：" if self.subject else ""
        match self.kind:
            case "added":
                return f"{lead}新增{self.label}" + (f"：{_short(self.after)}" if self.after else "")
            case "removed":
                return f"{lead}取消{self.label}" + (f"（原为{_short(self.before)}）" if self.before else "")
            case "moved":
                return f"{lead}{self.label}的先后：{_short(self.before)} → {_short(self.after)}"
        if not self.before and not self.after:
            return f"{lead}{self.label}的内容改了"
        before, after = _around(self.before, self.after)
        return f"{lead}{self.label} {before} → {after}"


def differences(one: Scheme, other: Scheme) -> list[Change]:
    """Return what changes from one scheme to another, in the order of the scheme; empty where their rules are the same.

    Exchanged, the two give as many changes, added for removed and before for after.
    """
    return list(_compared(tell(one), tell(other), ""))


def benefit_differences(one: Benefits, other: Benefits) -> list[Change]:
    """Return what changes from one benefits file to another: layers and what is promised beside them."""
    return list(_compared(tell_benefits(one), tell_benefits(other), ""))


def _compared(before: Told, after: Told, subject: str) -> Iterator[Change]:
    """Yield the differences of two parts that are known by the same key."""
    if before.mark != after.mark:
        yield Change(CHANGED, subject, after.label, *_told_apart(before, after))
    inner = _name(after) if after.is_item and not subject else f"{subject}，{after.label}" if after.is_item else subject
    old = {part.key: part for part in before.parts}
    new = {part.key: part for part in after.parts}
    for key, part in old.items():
        if key not in new:
            yield from _alone(part, inner, REMOVED)
    for key, part in new.items():
        yield from _compared(old[key], part, inner) if key in old else _alone(part, inner, ADDED)
    kept, ordered = [key for key in old if key in new], [key for key in new if key in old]
    if kept != ordered:
        label = after.label if after.is_item or not after.parts or after.parts[0].is_item else f"{after.label}各行"
        yield Change(MOVED, inner, label, _order(kept, ordered, old), _order(ordered, kept, new))


def _name(part: Told) -> str:
    """Return how a thing stands at the head of a sentence: 居民基本医保 of 支付项目“居民基本医保”."""
    return part.label.split("“", 1)[1].removesuffix("”") if part.label.startswith("支付项目“") else part.label


def _alone(part: Told, subject: str, kind: str) -> Iterator[Change]:
    """Yield a part that only one of the two schemes has: as one, or thing by thing where it is only a list."""
    if not part.is_item and part.mark is None and not part.text and part.parts:
        for inner in part.parts:
            yield from _alone(inner, subject, kind)
        return
    text = part.text or _summary(part)
    yield Change(kind, subject, part.label, *(("", text) if kind == ADDED else (text, "")))


def _summary(part: Told) -> str:
    """Return the first lines of what a thing says."""
    said = [f"{inner.label}{inner.text}" for inner in _leaves(part) if inner.text and inner.text != "（无）"]
    return "，".join(said[:4])


def _leaves(part: Told) -> Iterator[Told]:
    for inner in part.parts:
        if inner.text and not inner.parts:
            yield inner
        yield from _leaves(inner)


def _told_apart(before: Told, after: Told) -> tuple[str, str]:
    """Return both texts; where the words are the same although the content is not, the content as it is kept."""
    if before.text != after.text or isinstance(before.mark, bytes):
        return before.text, after.text
    return f"{before.text}（{before.mark}）", f"{after.text}（{after.mark}）"


def _order(keys: list[tuple[object, ...]], others: list[tuple[object, ...]], parts: dict[tuple[object, ...], Told]) -> str:
    """Return the labels of what stands elsewhere in the other order."""
    return "、".join(parts[key].label for key, other in zip(keys, others, strict=True) if key != other)


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 2 * _LONG else f"{one_line[: 2 * _LONG]}…"


def _around(before: str, after: str) -> tuple[str, str]:
    """Return two texts, long ones cut to what is different and a little around it."""
    before, after = " ".join(before.split()), " ".join(after.split())
    if max(len(before), len(after)) <= _LONG:
        return before, after
    blocks = [block for block in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if block[0] != "equal"]
    if not blocks:
        return before, after
    first, last = blocks[0], blocks[-1]
    return _cut(before, first[1], last[2]), _cut(after, first[3], last[4])


def _cut(text: str, start: int, end: int) -> str:
    start, end = max(0, start - _AROUND), min(len(text), end + _AROUND)
    part = _short(text[start:end])
    return f"{'…' if start else ''}{part}{'…' if end < len(text) else ''}"
