"""All actions, found by walking this package."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import Final

from app.actions.action import Action

MENUS: Final = ("File", "Edit", "Graph", "Block", "Train", "View")


@functools.cache
def all_actions() -> dict[str, Action]:
    """Every action by id, in the order in which menus show them.

    Raises:
        ValueError: two actions share an id, or one stands in a menu that there is not.
    """
    found: dict[str, Action] = {}
    package = __name__.rpartition(".")[0]
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        module = importlib.import_module(f"{package}.{info.name}")
        for action in vars(module).values():
            if isinstance(action, Action):
                _check(action, found)
                found[action.id] = action
    order = {action.id: index for index, action in enumerate(found.values())}
    return dict(sorted(found.items(), key=lambda item: _place(item[1], order)))


def _check(action: Action, found: dict[str, Action]) -> None:
    if found.get(action.id, action) is not action:
        raise ValueError(f'The action "{action.id}" is declared twice.')
    if action.menu not in MENUS:
        raise ValueError(f'"{action.id}" must stand in one of {", ".join(MENUS)}. Received: "{action.menu}".')


def _place(action: Action, order: dict[str, int]) -> tuple[int, int, int]:
    return MENUS.index(action.menu), action.group, order[action.id]
