"""Invented counties: the workbooks an office would have received, drawn from a seed, with totals that are known beforehand.

Owns the people, their papers and the way offices write them. It may ask the scheme what a stay would be paid; nothing imports
it but the command that writes a sample, and what it knows reaches the pipeline through workbooks only.
"""
