"""The `fuqi` command line: a door. Parses words, calls flows, prints sentences; refuses to know a model or a rule."""
