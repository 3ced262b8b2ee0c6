"""Use cases that cross rooms, one function each: doors call flows and queries, nothing else."""
