"""What hover, completion and hints say, as Markdown: knows facts and findings, nothing of LSP."""
