"""Floor 4: rules. Each judges facts and yields matches; one file per rule, one folder per family."""
