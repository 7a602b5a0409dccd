"""Metrics: numbers that say how well it goes, and teach nothing; one file a sort."""
