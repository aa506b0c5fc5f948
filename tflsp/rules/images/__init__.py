"""1xx: which image is used, and whether it is what the launch needs."""
