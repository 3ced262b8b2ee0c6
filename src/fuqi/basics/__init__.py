"""Values that every room speaks: money, days, ids, errors, who is asking.

No Django, no file, no clock, no chance beyond the making of an id. Refuses everything that knows a county, a table or a page.
"""
