"""What conditions see of a claim: its columns, what follows from them, and the facts behind a name that is unknown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import date

from fuqi.scheme.claims import Claim
from fuqi.scheme.diseases import Disease, DiseaseList, tidy_code

_COLUMNS = tuple(field.name for field in fields(Claim) if field.name not in ("fees", "amounts", "paid"))
_BEHIND = {"age": "birth_on", "bed_days": "admitted", "disease_lists": "icd10", "settle_total": "total"}
_FROM_LAYERS = ("paid.", "over.", "ytd_")


def claim_values(claim: Claim, disease_lists: Collection[DiseaseList]) -> dict[str, object]:
    """Return the values by name that a claim gives by itself; None is unknown."""
    values: dict[str, object] = {name: getattr(claim, name) for name in _COLUMNS}
    day = claim.discharged
    values |= {
        "household_id": claim.household,
        "stay_id": claim.stay,
        "settle_total": claim.settled_sum,
        "age": claim.age,
        "bed_days": claim.bed_days,
        "year": day.year if day else None,
        "month": day.month if day else None,
        "disease_lists": lists_of_code(disease_lists, claim.icd10, claim.age, day),
    }
    values |= {f"fee_{name}": amount for name, amount in claim.fees.items()}
    values |= {f"amount_{name}": amount for name, amount in claim.amounts.items()}
    return values | {f"paid_{name}": amount for name, amount in claim.paid.items()}


def facts_behind(names: Collection[str], claim: Claim) -> frozenset[str]:
    """Return the columns that must be filled in so that the names become known; what layers give is no column."""
    found = set()
    for name in names:
        if name.startswith("own."):
            fee = name.removeprefix("own.")
            if claim.fees.get(fee) is None:
                found.add(f"fee_{fee}")
        elif name == "admission_no":
            found.add("care" if claim.care is None else name)
        elif name == "disease_lists" and tidy_code(claim.icd10) is not None and claim.age is None:
            found.add("birth_on")
        elif not name.startswith(_FROM_LAYERS):
            found.add(_BEHIND.get(name, name))
    return frozenset(found)


def lists_of_code(
    lists: Collection[DiseaseList], icd10: str | None, age: int | None, day: date | None = None
) -> frozenset[str] | None:
    """Return the ids of the lists that a diagnosis code is on, on a day.

    None where the code, a needed age, the edition's day or what the code leaves open is unknown.
    """
    code = tidy_code(icd10)
    if code is None:
        return None
    found: set[str] = set()
    for disease_list in lists:
        says = {_on_list(diseases, code, age) for diseases in disease_list.possible(day)}
        if says != {True} and says != {False}:
            return None
        if says == {True}:
            found.add(disease_list.id)
    return frozenset(found)


def _on_list(diseases: Collection[Disease], code: str, age: int | None) -> bool | None:
    """Return whether a code is one of the diseases, None where age or code leave it open."""
    unknown = False
    for disease in diseases:
        limited = disease.age_below is not None or disease.age_from is not None
        if age is not None and not fits_age(age, disease.age_from, disease.age_below):
            continue
        if code.startswith(disease.icd10):
            if not limited or age is not None:
                return True
            unknown = True
        unknown = unknown or code.startswith(disease.icd10_unsure)
    return None if unknown else False


def fits_age(age: int, age_from: int | None, age_below: int | None) -> bool:
    """Return whether an age lies within the limits of a disease."""
    return (age_from is None or age >= age_from) and (age_below is None or age < age_below)
