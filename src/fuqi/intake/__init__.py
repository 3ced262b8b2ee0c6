"""What the departments send: files opened within limits, sheets understood by layouts, cells read or named as faulty.

Refuses to guess: what cannot be read is a fault with file, sheet, row and column. Whose row it is, `matching` decides.
"""
