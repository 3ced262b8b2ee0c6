"""Benchmarks of the settlement engine beside its peers: exact to the fen first, then ratios measured in interleaved rounds.

`make bench` runs them in `.venv-bench`; `python -m benchmarks --help` runs a part. What is measured and how:
docs/explanation/speed.md.
"""
