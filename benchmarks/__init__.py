"""Measures of speed and memory, each a program that prints one JSON line a figure."""
