"""Checking files on disk: which, with what settings, in how many processes, and mending them."""
