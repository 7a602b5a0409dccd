"""Convolutions, and what else rearranges neighbourhoods."""
