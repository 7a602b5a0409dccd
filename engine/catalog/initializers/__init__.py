"""Initializers, found by walking this folder."""
