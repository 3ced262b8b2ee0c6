"""A figure and the lists behind it."""
