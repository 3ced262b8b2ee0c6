"""Administrative divisions, with dates; institutions are the scheme's. Places are scopes: what a viewer may see begins here."""
