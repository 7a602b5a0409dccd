"""Pooling: neighbourhoods summed up in one number."""
