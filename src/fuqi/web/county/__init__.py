"""The county on one screen."""
