"""One file a family of transforms."""
