"""One file per LSP method, or per group of methods that live together."""
