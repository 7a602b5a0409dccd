"""Changes of training samples in plain torch, one file a family.

Each function takes tensors of as many samples, and a generator of the CPU that all its chance comes from, so
that the same seed gives the same changes on every device.
"""
