"""Measures tflsp beside its peers on generated, real-size input. `python -m bench` runs everything.

Nothing here is part of the installed package or imports it: tflsp is measured from outside, as any peer is.
"""
