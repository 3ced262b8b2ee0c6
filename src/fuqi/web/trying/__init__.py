"""Trying a draft of the scheme on last year's claims."""
