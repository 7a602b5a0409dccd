"""What an action is: one declaration from which menu, toolbar, shortcut and command palette derive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from app.actions.host import Host

Test = Callable[[Host], bool]
Run = Callable[[Host], None]


class Child(msgspec.Struct, frozen=True):
    """One entry of an action that offers a choice: its text, a tool tip, whether it is ticked, what it does."""

    title: str
    run: Run
    help: str = ""
    checked: bool | None = None


def always(_host: Host) -> bool:
    """Whether an action can be run that always can."""
    return True


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """Something the user can do.

    `menu` is the menu it stands in; in a menu, actions of one `group` stand together. `keys` are its default
    shortcuts, the first is shown. `scope` says where they work: all over the window, or while the canvas has
    the focus, so that lists and fields keep plain letters. An action has `run`, or `children` that are a
    submenu.
    """

    id: str
    title: str
    help: str
    menu: str
    group: int = 0
    icon: str = ""
    keys: tuple[str, ...] = ()
    scope: Literal["window", "canvas"] = "window"
    enabled: Test = always
    checked: Test | None = None
    run: Run | None = None
    children: Callable[[Host], list[Child]] | None = None
