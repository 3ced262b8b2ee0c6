"""Roles and what each may do, as one table."""

from __future__ import annotations

from fuqi.basics.viewer import RESTRICTED_ILLNESS

IMPORT_LISTS = "import_lists"
SETTLE_CLAIMS = "settle_claims"
SEE_FIGURES = "see_figures"
GRANT_ROLES = "grant_roles"

ROLES: dict[str, tuple[str, frozenset[str]]] = {
    "county_officer": (
        "县健康扶贫办工作人员",
        frozenset({IMPORT_LISTS, SETTLE_CLAIMS, SEE_FIGURES, GRANT_ROLES}),
    ),
    "township_clerk": ("乡镇卫生院经办人", frozenset({SEE_FIGURES})),
    "village_doctor": ("村医", frozenset({SEE_FIGURES})),
    "disease_control_officer": ("疾控专管人员", frozenset({SEE_FIGURES, RESTRICTED_ILLNESS})),
}
