"""Every change once: who, when, what, why; numbered, chained and sealed after commit. Also the runs that bulk work belongs to.

Refuses to know what the rows mean that it vouches for.
"""
