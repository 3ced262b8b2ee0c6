"""The executor by which claims of the record are settled: the compiled one, which answers as the reference does."""

from fuqi.scheme.compiled import settle

__all__ = ["settle"]
