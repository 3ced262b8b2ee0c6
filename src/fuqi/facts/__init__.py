"""Documented tables for counting, on a day: one row per person, household, claim, payment, agreement and survey call.

The names and types of each table's columns stand in `fuqi.scheme.names`. Facts hold surrogate keys and no names of people.
"""
