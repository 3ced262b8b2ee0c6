"""Mutation testing of what guards people: one small fault at a time, put into functions that are already imported.

`python -m tests.proofs.mutants` prints the score of each module and what survived; `tests/proofs/test_mutants.py` keeps it.
"""
