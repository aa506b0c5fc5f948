"""The container for real: a Docker Engine of the tests' own, images as users have them, and what runs in them."""
