"""The workspace's files that are not open: read in a process of their own, so that typing never waits for them."""
