"""The scheme's text and what in it is unconfirmed."""
