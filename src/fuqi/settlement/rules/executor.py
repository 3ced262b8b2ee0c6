"""The evaluator by which claims of the record are settled, by one name; any that answers to the reference may stand here."""

from fuqi.scheme.settle import settle

__all__ = ["settle"]
