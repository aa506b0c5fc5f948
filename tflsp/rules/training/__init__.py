"""Rules on training: batches, memory, models (TFL7xx)."""
