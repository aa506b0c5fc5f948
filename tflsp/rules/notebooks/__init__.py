"""TFL4xx: what a notebook or journal says beside its code."""
