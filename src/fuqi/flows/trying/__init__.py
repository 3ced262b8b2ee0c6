"""Trying a draft of a scheme on last year's claims: before it is official, whom does it hit?

Nothing is written to the record. What comes out are counts and sums; nobody is named.
"""
