"""How the system stands."""
