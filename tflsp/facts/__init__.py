"""Floor 3: facts. Readers turn regions into typed facts with spans."""
