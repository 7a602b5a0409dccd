"""Losses, one file a sort; all losses of a graph are summed."""
