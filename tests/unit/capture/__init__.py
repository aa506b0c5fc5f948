"""Tests of tflsp/capture."""
