"""One file a subject, one function a rule. A file put here is found by itself."""
