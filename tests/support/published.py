"""What the county's self-assessment of 2017 publishes, as a figures file must say it for the whole county."""

from __future__ import annotations

PUBLISHED = {
    "verification_rate": ("3248", "3248", "100.00"),
    "verified_people": ("1358", "", "1358"),
    "verified_outside_systems": ("60", "", "60"),
    "major_patients": ("108", "", "108"),
    "chronic_patients": ("1250", "", "1250"),
    "four_kinds_patients": ("71", "", "71"),
    "major_treatment_rate": ("59", "71", "83.10"),
    "public_health_treatment_rate": ("36", "37", "97.30"),
    "treat_first_patients": ("163", "", "163"),
    "one_stop_people": ("726", "", "726"),
    "one_stop_paid": ("1714600.00", "", "1714600.00"),
    "major_effective_reimbursement_rate": ("1932200.00", "2197300.00", "87.94"),
    "insured_rate": ("7805", "7805", "100.00"),
    "checkup_people": ("4371", "", "4371"),
}
ROUNDED = {
    "major_in_district_first_visit_rate": 93,
    "contract_rate": 100,
    "satisfaction_rate": 98,
    "awareness_rate": 98,
}
