"""Asking to read many people on a day, and deciding it."""
