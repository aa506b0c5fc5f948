"""TFL5xx: Python that the image cannot run."""
