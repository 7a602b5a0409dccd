"""One module `from_<n>` a format number: its `migrate(raw)` turns a file of format n into one of n + 1."""
