"""Settings and wiring: which workspace, which database, which keys. Refuses policy, tables and pages."""
