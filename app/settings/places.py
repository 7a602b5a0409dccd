"""Where files lie: the user's own, and those that come with Neuroloom (from a checkout or installed)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

HOME: Final = "NEUROLOOM_HOME"
COURSE: Final = (
    *("lenet_digits", "xor_gates", "decision_line", "playground_spiral", "diabetes_regression"),
    *("regularized_wine", "augmented_digits", "conv1d_digits", "inception_digits", "resnet_digits"),
    *("resnet_blocks_digits", "senet_digits", "gated_iris", "gru_digits", "lstm_gates_digits"),
    *("attention_digits", "vit_digits", "gan_digits"),
)
"""Examples in the order of a course, the one to start with first."""

_APP: Final = Path(__file__).resolve().parent.parent


def home() -> Path:
    """The folder of settings, journals and logs; the environment variable NEUROLOOM_HOME names another."""
    given = os.environ.get(HOME)
    return Path(given).expanduser() if given else Path(platformdirs.user_data_dir("neuroloom", appauthor=False))


def resource(name: str) -> Path:
    """A file of `resources`."""
    return _beside("_resources", "resources") / name


def examples() -> list[Path]:
    """The documents that come with Neuroloom, as in a course, then others; none where the folder is missing."""
    places = {stem: place for place, stem in enumerate(COURSE)}
    found = _beside("_examples", "examples").glob("*.loom")
    return sorted(found, key=lambda path: (places.get(path.stem, len(places)), path))


def _beside(installed: str, checkout: str) -> Path:
    """A wheel carries the folder inside the package, a checkout beside it."""
    inside = _APP / installed
    return inside if inside.is_dir() else _APP.parent / checkout
