"""Pages: Django templates with a little HTMX. A page calls flows and queries with its viewer and writes nothing itself."""
