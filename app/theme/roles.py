"""The colours of both themes by role: what a colour is for, never what it looks like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

Scheme: TypeAlias = Literal["light", "dark"]
Choice: TypeAlias = Literal["light", "dark", "system"]

_COLOURS: Final[dict[str, tuple[str, str]]] = {
    # role: (light, dark)
    "window": ("#e9ebef", "#191b20"),  # behind everything: title bars, gaps between docks
    "panel": ("#f6f7f9", "#212429"),  # panels and forms
    "raised": ("#ffffff", "#2b2f36"),  # menus, tool tips, buttons, cards on a panel
    "canvas": ("#eef0f3", "#16181c"),  # behind the graph
    "grid": ("#dde1e7", "#22252b"),  # dots and lines of the canvas
    "card": ("#ffffff", "#282c33"),  # a node
    "card_border": ("#bcc3cf", "#454b57"),
    "text": ("#1b1f27", "#e5e8ee"),
    "muted": ("#565e6c", "#a3abb9"),  # secondary text: units, defaults, times
    "accent": ("#3556d4", "#86a8ff"),  # the one accent: selection outlines, focus, primary buttons, links
    "on_accent": ("#ffffff", "#0d1730"),
    "selection": ("#d5defc", "#2c3a63"),  # behind selected rows and text
    "hover": ("#e3e7ee", "#32373f"),
    "error": ("#b3242c", "#ff8a87"),
    "warning": ("#855200", "#f0b950"),
    "success": ("#18703d", "#63cf90"),
    "info": ("#1860ab", "#74b8ff"),
    "wire": ("#7a8496", "#8790a1"),
    "port": ("#5d6778", "#aab2c2"),
    "field": ("#ffffff", "#17191d"),
    "field_border": ("#b7bfcc", "#4a505c"),
    "plot_background": ("#ffffff", "#1b1e23"),
    "plot_grid": ("#e1e5eb", "#30343c"),
    "code_keyword": ("#7a2fae", "#cf9bff"),
    "code_string": ("#1f6b3a", "#8fd3a0"),
    "code_number": ("#9a4a00", "#f2b277"),
    "code_comment": ("#5f6774", "#98a1b0"),
    "code_name": ("#1b5aa6", "#86bdff"),
}
COLOURS: Final[Mapping[Scheme, Mapping[str, str]]] = {
    "light": {role: pair[0] for role, pair in _COLOURS.items()},
    "dark": {role: pair[1] for role, pair in _COLOURS.items()},
}
ROLES: Final = tuple(_COLOURS)

# Any two of the first six differ by 0.09 at least in OKLab, also for eyes without L or without M cones
# (Viénot, Brettel and Mollon 1999); all have 3:1 on the plot's background.
SERIES: Final[Mapping[Scheme, tuple[str, ...]]] = {
    "light": ("#0072b2", "#d05a00", "#00a28c", "#680835", "#707bee", "#06288e", "#634a00", "#8c4c61"),
    "dark": ("#56b4e9", "#f2a13c", "#6ff0cb", "#ca435f", "#7d6bdc", "#e9e64a", "#fe77a6", "#e26b1b"),
}

# Hues in degrees (OKLCH) of the categories of kinds, in the order in which lists show them; those that stand
# beside each other in networks are far apart.
HUES: Final[Mapping[str, float]] = {
    "input & output": 155,
    "convolution": 262,
    "pooling": 212,
    "linear": 300,
    "activation": 72,
    "normalization": 115,
    "regularization": 40,
    "recurrent": 345,
    "attention": 320,
    "embedding": 185,
    "shape": 240,
    "merge": 135,
    "math": 170,
    "gate": 95,
    "probability": 278,
    "block": 228,
    "loss": 22,
    "metric": 55,
}
CATEGORIES: Final = tuple(HUES)
"""The categories foreseen, in lower case, in the order in which lists show them."""

CATEGORY_TONE: Final[Mapping[Scheme, tuple[float, float]]] = {"light": (0.58, 0.14), "dark": (0.74, 0.12)}
"""Lightness and chroma of category colours: 3:1 at least on a card."""
