"""总费用和结算费用

单病种定额等办法下，医院实际的总费用和各方分担的结算费用不同。差额归医院：多花的医院承担，省下的归医院，病人不多付也不少付。
按 DRG、DIP 付费只改变医院从基金得到多少，不改变病人的结算单。
"""

from __future__ import annotations

from tests.spec.page import bill, example

CHAPTER = 60


def test_the_institution_bears_or_keeps_the_difference() -> None:
    """各层和个人只分担结算费用 `settle_total`；总费用减去它的差额单列一行“医疗机构承担”。"""
    example(
        """
        base: in_scope
        rate: 50%
        """,
        bill(total=100_00, settle_total=80_00, in_scope=60_00).pays(30_00, own=50_00, institution=20_00).told(),
        bill(total=100_00, settle_total=120_00, in_scope=60_00).pays(30_00, own=90_00, institution=-20_00),
        plan="单病种定额80元：实际花了100元的，多出的20元由医院承担。",
        apart=True,
        why="乙花得比定额少：医院结余20元，写成负数。",
    )


def test_what_is_in_scope_lies_within_what_is_settled() -> None:
    """政策范围内费用不超过结算费用。"""
    example(
        "base: in_scope\nrate: 50%",
        bill(total=100_00, settle_total=80_00, in_scope=81_00).is_refused(in_scope="in_scope_above_total"),
    )
