"""The command line: check, train, export and look at runs without the editor."""
