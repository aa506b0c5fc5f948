"""The container: engine, image, plan, lock. The Docker SDK is imported here alone."""
