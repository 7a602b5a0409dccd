"""One file a family of schedules."""
