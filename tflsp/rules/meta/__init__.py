"""Rules about tflsp's own comments and settings."""
