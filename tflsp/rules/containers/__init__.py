"""2xx: how containers are launched."""
