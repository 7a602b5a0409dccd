"""The engine as the editor sees it: requests and events on standard input and output."""
