"""Data sources: where samples come from, as numpy arrays with named fields."""

from engine.data.source import Field, Samples, Source, all_sources

__all__ = ["Field", "Samples", "Source", "all_sources"]
