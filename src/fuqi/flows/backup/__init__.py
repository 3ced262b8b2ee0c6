"""Backups: made while others work, proven by restoring them, recognised when they are stale or damaged.

Nothing here needs Django until a restored workspace is opened: a process works with one workspace, and here there are two.
"""
