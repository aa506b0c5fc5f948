"""TFL3xx: secrets, and ways in that stand open."""
