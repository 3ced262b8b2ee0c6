"""The evaluator by which claims of the record are settled: the compiled one. The reference, `fuqi.scheme.settle`, judges it."""

from fuqi.scheme.compiled import settle

__all__ = ["settle"]
