"""Layers that torch lacks, one file a family; each class is copied whole into exported source.

A class here is an `nn.Module` that needs only what its file imports from torch and the standard library.
"""
