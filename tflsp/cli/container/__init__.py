"""What the commands about containers share: which one is meant, showing progress, telling what went wrong."""
