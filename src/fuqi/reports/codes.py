"""The kinds of papers that are given out."""

from __future__ import annotations

SELF_ASSESSMENT = "self_assessment"
PLAIN_SHEET = "plain_sheet"

PAPER_KINDS = {SELF_ASSESSMENT: "自评报告", PLAIN_SHEET: "明白纸"}

WORD = "docx"
PDF = "pdf"

FORMS = {WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", PDF: "application/pdf"}
"""Forms in which papers are printed, with the type under which they travel."""
