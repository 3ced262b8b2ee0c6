"""The compiled executor: a scheme as one function over whole numbers, the same text at the counter and in the batch.

`compile_benefits(benefits)` gives a `Compiled` with two programs: `.kernel` (amounts) and `.traced` (the same lines, which
also keep what the sentences need). Each has `.source` (restricted Python: for, if, whole numbers, indexing), `.function` (that
text as plain Python), `.shape` (digest of the code; programs of one shape differ only in constants and profiles) and `.plan`.

    settle_claims(start, stop, facts, keys, profile, profiles, params, sums, status, out)      traced: , trace

settles the claims start..stop, which stand in settlement order. In plain Python the arguments are lists, in the batch arrays
of int64:

- `facts[column][claim]`: `plan.facts` names the columns. Fen, counts, days as `date.toordinal()`; UNKNOWN where a fact is
  absent. `total`, `settle_total` (the total where none is given) and `in_scope` come first. `admission` is 1 for an inpatient
  claim, 0 for other care, -1 where the care is unknown, -2 where benefit year or discharge is.
- `keys[column][claim]`: dense ids from 0, of the kinds in `plan.keys`, such as `person.year`; `encoding.KEY_PARTS` says what
  makes them.
- `profile[claim]`: the number of the claim's profile; `profiles`: `plan.profile_width` numbers for each profile, one after the
  other.
- `params`: the scheme's constants. Another draft of the same shape brings other `params` and `profiles`, and no other kernel.
- `sums[slot][id]`: running sums, `plan.slots`; 0 before the first claim but for opening rows (`plan.opening`).
- `status[claim]`: before, SETTLED (settle it), UNDECIDED (a day, the total or the amount in scope is absent) or REFUSED (at
  the door); after, also GIVEN_TOO_HIGH + k where the given amount of layer k is too high.
- `out[column][claim]`: `plan.outputs`, in fen; written where the claim is settled.
- `trace[claim][slot]`: what `plan.trace` names; zeros before.

Sums that overlap must lie in one call's rows; the ids may be local to those rows. `plan.fits(...)` says whether they stay in
64 bits.
"""

from __future__ import annotations

from fuqi.scheme.compiled.executor import Amounts, Compiled, Replay, compile_benefits, settle

__all__ = ["Amounts", "Compiled", "Replay", "compile_benefits", "settle"]
