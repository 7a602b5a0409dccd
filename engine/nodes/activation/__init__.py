"""Activations, one file a sort: each number bent by a fixed curve, or shares of several."""
