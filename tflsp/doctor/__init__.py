"""What is wrong with this machine, this container, or the way between them, and what to do. One file per complaint."""
