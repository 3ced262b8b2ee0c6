"""The language of schemes: model, loading with all faults, conditions, mechanisms, reference evaluator, sentences.

A pure room: it reads scheme folders and values, and knows no database. It refuses to hold any county's number.
"""

from fuqi.scheme.cases import check_scheme, test_scheme
from fuqi.scheme.checking import remarks
from fuqi.scheme.errors import SchemeError
from fuqi.scheme.folder import find_scheme, load_scheme
from fuqi.scheme.model import Scheme

__all__ = ["Scheme", "SchemeError", "check_scheme", "find_scheme", "load_scheme", "remarks", "test_scheme"]
