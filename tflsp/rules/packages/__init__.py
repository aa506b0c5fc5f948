"""TFL410 and TFL504: packages that are installed."""
