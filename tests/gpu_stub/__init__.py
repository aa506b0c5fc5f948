"""Stand-ins for what only a machine with NVIDIA GPUs has: the driver library and nvidia-smi."""
