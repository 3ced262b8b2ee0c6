"""Which words touch an illness that only named roles may see. Pure."""

from __future__ import annotations

import re

from fuqi.scheme.model import Scheme


def touches_restricted(scheme: Scheme, words: str, codes: str) -> bool:
    """Return whether words or ICD-10 codes name a restricted illness anywhere: suspected, denied or wrong ones too."""
    text = "".join(words.split())
    found = [code.strip().upper() for code in re.split(r"[^0-9A-Za-z.]+", codes) if code.strip()]
    for disease_list in scheme.disease_lists:
        for disease in disease_list.diseases:
            if disease.restricted and (
                any(word in text for word in (disease.name, *disease.words))
                or any(code.startswith(disease.icd10) for code in found)
            ):
                return True
    return False
