"""Administrative divisions and institutions, with dates. Places are scopes: what a viewer may see begins here."""
