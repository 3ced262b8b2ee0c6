"""A person's own page: who one is here, and what one may do."""
