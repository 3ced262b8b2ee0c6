"""One claim at the counter: its year replayed by the compiled scheme as plain Python, with trace and sentences; no database."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from benchmarks.claims import Book, benefits, claim_objects
from benchmarks.rounds import Contender
from fuqi.scheme.claims import Claim, Settled
from fuqi.scheme.compiled import compile_benefits
from fuqi.scheme.explain import sentences
from fuqi.scheme.settle import Result, settle

MOST = 2000
"""How many claims come to the counter in a round."""


def contenders(book: Book) -> tuple[list[Contender], int, float]:
    """Return who settles a claim after the earlier ones of its year, how many claims come, and how many each replays."""
    rules = benefits()
    program = compile_benefits(rules)
    visits = _visits(book)
    replayed = sum(map(len, visits)) / len(visits)
    judged = [_last(settle(rules, year)) for year in visits]
    right = [sentences(result, rules) for result in judged]
    pays = [tuple(line.pay_fen for line in result.lines) for result in judged]

    def explained(run: Callable[[list[Claim]], Result]) -> Callable[[], list[list[str]]]:
        return lambda: [sentences(_settled(run(year)), rules) for year in visits]

    def wrong(found: list[list[str]]) -> str:
        return "" if found == right else "the sentences differ"

    traced = Contender(
        "with full trace, without sentences",
        lambda: [program.settle_one(year[-1], year[:-1]) for year in visits],
        lambda found: "" if found == judged else "the traces differ",
    )
    plain = Contender(
        "amounts alone, no trace",
        lambda: [program.amounts(year)[-1].pays for year in visits],
        lambda found: "" if found == pays else "the amounts differ",
    )
    return (
        [
            Contender(
                "compiled, with trace and sentences", explained(lambda year: program.settle_one(year[-1], year[:-1])), wrong
            ),
            traced,
            plain,
            Contender("reference evaluator, with sentences", explained(lambda year: _last(settle(rules, year))), wrong),
        ],
        len(visits),
        replayed,
    )


def _visits(book: Book) -> list[list[Claim]]:
    """Return for each claim the claims of its person's year up to it, the first claims of an ordered book."""
    found: list[list[Claim]] = []
    part = book.first_persons(MOST)
    for _, of_year in groupby(claim_objects(part), lambda claim: (claim.person_id, claim.discharged and claim.discharged.year)):
        year = list(of_year)
        found += [year[: end + 1] for end in range(len(year))]
    return found[:MOST]


def _last(results: list[Result]) -> Settled:
    return _settled(results[-1])


def _settled(result: Result) -> Settled:
    if not isinstance(result, Settled):
        raise TypeError(f"claim {result.claim.claim_id} was not settled")
    return result
