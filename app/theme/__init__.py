"""Colours, icons and type of the whole editor, in a light and a dark theme."""

from app.theme.heat import heat
from app.theme.roles import CATEGORIES, ROLES, Choice, Scheme
from app.theme.theme import Theme, mix, theme
from app.theme.tips import tip

__all__ = ["CATEGORIES", "ROLES", "Choice", "Scheme", "Theme", "heat", "mix", "theme", "tip"]
