"""Work that a page asked for and the worker does: queue, lease, progress. Working data, no record."""
