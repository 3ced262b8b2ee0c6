"""Figures that are lists of records: numerator, denominator and excluded rows with reasons; the number is their length."""
