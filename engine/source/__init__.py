"""A document as readable PyTorch, without torch; and the names that source and graph module share."""

from engine.source.printer import python_source

__all__ = ["python_source"]
