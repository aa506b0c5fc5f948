"""Writing the journal through LSP: where an entry goes, what it is filled with, and how this client inserts it."""
