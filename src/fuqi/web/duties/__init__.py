"""Requests of people in the files: received, edited, decided, answered."""
