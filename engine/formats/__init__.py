"""Formats: what a document, or a run's weights, can be exported to. One file a format."""

from engine.formats.format import Format, Subject, all_formats

__all__ = ["Format", "Subject", "all_formats"]
