"""Fuqi (扶起): a Chinese county's health-assistance scheme, made executable."""
