"""Papers: self-assessment and plain sheets."""
