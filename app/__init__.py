"""The editor: a Qt window over documents and runs. Never imports torch."""
