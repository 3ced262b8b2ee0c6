"""Reads the files of a scheme: YAML as text with line numbers, everything that is wrong collected as faults."""
