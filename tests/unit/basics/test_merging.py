"""Two people edit one thing (T5): other fields merge; the same field is refused with both values and the other's name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fuqi.basics.merging import Clash, Edit, merge

BASE = {"name": "张山", "sex": "男", "place": "新堤村"}


def test_changes_of_other_fields_are_both_kept() -> None:
    merged = merge(BASE, [Edit("李四", {**BASE, "sex": "女"})], {**BASE, "place": "洪水港村"})
    assert merged.values == {"name": "张山", "sex": "女", "place": "洪水港村"}
    assert (merged.clashes, merged.taken) == ((), ("sex",))


def test_the_same_field_is_refused_with_both_values_and_who_wrote_the_other() -> None:
    edits = [Edit("李四", {**BASE, "name": "张三"}), Edit("王五", {**BASE, "name": "张三", "sex": "女"})]
    merged = merge(BASE, edits, {**BASE, "name": "章山"})
    assert merged.clashes == (Clash("name", "张山", "章山", "张三", "李四"),)


def test_the_same_change_of_both_is_no_clash() -> None:
    merged = merge(BASE, [Edit("李四", {**BASE, "sex": "女"})], {**BASE, "sex": "女"})
    assert (merged.clashes, merged.taken, merged.values["sex"]) == ((), (), "女")


def test_what_was_changed_and_changed_back_is_as_if_untouched() -> None:
    merged = merge(BASE, [Edit("李四", {**BASE, "sex": "女"}), Edit("王五", BASE)], {**BASE, "sex": "不明"})
    assert (merged.clashes, merged.values["sex"]) == ((), "不明")


def test_emptying_a_field_is_a_change_like_any_other() -> None:
    emptied = {"sex": "男", "place": "新堤村"}
    assert "name" not in merge(BASE, [], emptied).values
    clash = merge(BASE, [Edit("李四", emptied)], {**BASE, "name": "章山"}).clashes
    assert clash == (Clash("name", "张山", "章山", "", "李四"),)


FIELDS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz"), max_size=4)


@given(base=FIELDS, others=st.lists(FIELDS, max_size=4), mine=FIELDS)
def test_no_edit_is_lost_in_silence(base: dict[str, str], others: list[dict[str, str]], mine: dict[str, str]) -> None:
    edits = [Edit(f"人{number}", values) for number, values in enumerate(others)]
    merged = merge(base, edits, mine)
    theirs = others[-1] if others else base
    refused = {clash.field for clash in merged.clashes}
    for field in {*base, *theirs, *mine}:
        was, now, wanted = base.get(field, ""), theirs.get(field, ""), mine.get(field, "")
        both_changed = wanted != was and now != was and wanted != now
        assert (field in refused) == both_changed
        if not both_changed:
            assert merged.values.get(field, "") == (wanted if wanted != was else now)
    for clash in merged.clashes:
        assert clash.by in {edit.by for edit in edits}


@given(base=FIELDS, left=FIELDS, right=FIELDS)
def test_it_does_not_matter_who_was_first(base: dict[str, str], left: dict[str, str], right: dict[str, str]) -> None:
    one, other = merge(base, [Edit("甲", left)], right), merge(base, [Edit("甲", right)], left)
    assert {clash.field for clash in one.clashes} == {clash.field for clash in other.clashes}
    if not one.clashes:
        assert one.values == other.values
