"""A person's own pages: who one is here, what one may do, and how one signs in."""
