"""Floor 2: documents. What a text is, and the regions that it is made of."""
