"""Papers that leave the house: self-assessments and plain sheets, each figure bound to the run that counted it."""
