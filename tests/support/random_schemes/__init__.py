"""Schemes and claims that chance draws from the whole language, so that executors can be held against each other.

Everything takes a `random.Random`: seeded for a long run, or hypothesis' own (`st.randoms(use_true_random=False)`) where a
failing case should shrink. Amounts of schemes and claims are small and near each other, so that caps, floors, remainders and
brackets bind.
"""

from __future__ import annotations

from tests.support.random_schemes.histories import random_claims, random_openings
from tests.support.random_schemes.layers import GENERATORS
from tests.support.random_schemes.schemes import RandomScheme, random_scheme

__all__ = ["GENERATORS", "RandomScheme", "random_claims", "random_openings", "random_scheme"]
