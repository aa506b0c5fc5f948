"""What the GPU is doing: NVML in tiers, nvidia-smi where NVML is not to be had, and how both are shown."""
