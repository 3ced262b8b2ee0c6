"""Who may see and do what: persons with accounts, grants by place with dates, sealed words and numbers."""
