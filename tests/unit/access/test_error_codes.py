"""The codes of what is refused here: other programs know a refusal by them, so they stay."""

from __future__ import annotations

import importlib
import pkgutil

import fuqi.access
import fuqi.entrance
import fuqi.journal
from fuqi.basics.errors import FuqiError

CODES = {
    "AboveLevelError": "above_level",
    "BadNameError": "bad_name",
    "CredentialEndedError": "credential_ended",
    "DecidedError": "reading_decided",
    "InstitutionNeededError": "institution_needed",
    "KeyDestroyedError": "key_destroyed",
    "KeyLostError": "key_lost",
    "LastSecurityAdministratorError": "last_security_administrator",
    "MixedScopeError": "mixed_scope",
    "NoAccountError": "no_account",
    "NoSuchViewerError": "no_such_viewer",
    "NotAsRecordedError": "not_as_recorded",
    "PaperKeyError": "paper_key",
    "RunStateError": "run_state",
    "SealBrokenError": "seal_broken",
    "SecondAdministratorError": "second_administrator",
    "UnknownRoleError": "unknown_role",
    "UnrecordedWriteError": "unrecorded_write",
    "UnsafeRoleError": "unsafe_role",
    "UnscopedReadError": "unscoped_read",
    "WeakPasswordError": "weak_password",
    "WrongCodeError": "wrong_code",
}


def test_every_refusal_of_these_rooms_has_its_code() -> None:
    found = {}
    for room in (fuqi.access, fuqi.entrance, fuqi.journal):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            if not module.ispkg:
                for name, value in vars(importlib.import_module(module.name)).items():
                    if isinstance(value, type) and issubclass(value, FuqiError) and value.__module__ == module.name:
                        found[name] = value.code
    assert {name: found.get(name) for name in CODES} == CODES
    assert len(set(found.values())) == len(found), "two refusals with one code"
