"""Supervision: what the telephone survey asked and heard."""
