"""`python -m tests.proofs.mutants [MODULE …] [--only WORDS]`: the score of some modules, or of all."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.proofs.mutants.score import run, told


def main() -> int:
    """Run mutants and print the score; 1 where one survived that is not known to be equivalent."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.mutants")
    parser.add_argument("modules", nargs="*", help="rooms, or modules without `fuqi.`; all if none is named")
    parser.add_argument("--only", default="", help="only mutants whose name has these words")
    parser.add_argument("--quick", action="store_true", help="with the unit tests of the room alone")
    parser.add_argument("--keep", type=Path, help="a file for the score")
    given = parser.parse_args()
    score = run(given.modules, only=given.only, quick=given.quick)
    sys.stdout.write(told(score) + "\n")
    if given.keep:
        given.keep.write_text(f"# Mutation score\n\n{told(score)}\n", "utf-8")
    return 1 if score.left or score.unknown else 0


if __name__ == "__main__":
    sys.exit(main())
