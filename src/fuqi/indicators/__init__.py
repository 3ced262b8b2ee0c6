"""Figures that are lists of records: numerator, denominator and excluded rows, each with its reason; the number is counted from them."""
