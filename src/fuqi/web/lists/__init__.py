"""The lists desk: receiving, results, differences, undo."""
