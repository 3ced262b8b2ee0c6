"""Which received rows are of one person: rules with names, scores and reasons; doubt goes to a person's eye.

Refuses to join on doubt: two different sound id numbers are never one person, and a row that fits two people is left open.
"""
