"""Fuqi （扶起）: a Chinese county's health-assistance scheme, made executable.

Whoever imports the package gets SQLCipher in place of Python's `sqlite3`, before Django can load the other one: the
library that Python links may be older than 3.51.3, and older ones can corrupt a database in WAL mode.
"""

import sys

import sqlcipher3
import sqlcipher3.dbapi2

sys.modules["sqlite3"] = sqlcipher3
sys.modules["sqlite3.dbapi2"] = sqlcipher3.dbapi2
