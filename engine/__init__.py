"""The engine: documents, analysis, compiling and training. Knows nothing of windows."""
