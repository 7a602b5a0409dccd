"""Settings: what the user chose and what the window remembers, in one JSON file."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Literal

import msgspec

from app.settings.places import home
from app.settings.remembered import Remembered
from engine.errors import NeuroloomError
from engine.graph import file
from engine.spec import Declaration, Values, param

log = logging.getLogger(__name__)


class Preferences(Declaration):
    """What the user chooses."""

    title = "Preferences"

    theme: Literal["system", "light", "dark"] = param("system", "Colours; system follows the desktop.")


class _Stored(msgspec.Struct, omit_defaults=True):
    preferences: Values = {}
    window: Remembered = Remembered()
    shortcuts: dict[str, str] = {}


class Settings:
    """The settings of a user. What cannot be read falls back to the defaults; what cannot be written is logged:
    settings must not keep anybody from working."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or home() / "settings.json"
        stored = self._load()
        self.preferences = _valid(stored.preferences)
        self.window = stored.window
        self.shortcuts = dict(stored.shortcuts)

    def prefer(self, **values: Any) -> None:
        """Change preferences and save.

        Raises:
            ParamError: a value breaks its rule; nothing changed.
        """
        self.preferences = Preferences.parse({**self.preferences.values(), **values})
        self.save()

    def remember(self, window: Remembered) -> None:
        """Change what the window remembers and save."""
        if window != self.window:
            self.window = window
            self.save()

    def save(self) -> None:
        """Write the file."""
        defaults = Preferences.parse({}).values()
        chosen = {name: value for name, value in self.preferences.values().items() if value != defaults[name]}
        content = msgspec.json.encode(_Stored(chosen, self.window, self.shortcuts))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file.write(self.path, msgspec.json.format(content, indent=2) + b"\n")
        except (OSError, NeuroloomError):
            log.info("the settings %s cannot be written", self.path, exc_info=True)

    def _load(self) -> _Stored:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=_Stored)
        except FileNotFoundError:
            return _Stored()
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            log.info("the settings %s cannot be read; the defaults are taken", self.path, exc_info=True)
            return _Stored()


def _valid(values: Values) -> Preferences:
    right = {name: value for name, value in values.items() if not Preferences.problems({name: value})}
    return Preferences.parse(right)
