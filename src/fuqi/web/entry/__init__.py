"""Signing in and out, passwords, saying why names are wanted."""
