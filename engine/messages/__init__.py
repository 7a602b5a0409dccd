"""What the editor and an engine say to each other, and what a run records."""
