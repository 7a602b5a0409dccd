"""Commands: what menus, keys and drops do to the selection and the graph."""
