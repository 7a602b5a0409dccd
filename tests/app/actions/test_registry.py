"""The list of all actions."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from app.actions import MENUS, Action, all_actions
from app.actions.registry import _check
from app.theme.icons import UNKNOWN, glyph

ALL = list(all_actions().values())
EXCLUDE_EACH_OTHER = [{"run.train", "run.stop"}]


@pytest.mark.parametrize("action", ALL, ids=lambda action: action.id)
def test_an_action_says_what_it_is(action: Action, qapp: QApplication) -> None:
    assert action.id.split(".")[0].islower()
    assert action.title[0].isupper()
    assert action.help[0].isupper()
    assert action.help.endswith(".")
    assert bool(action.run) != bool(action.children)
    assert glyph(action.icon) != glyph(UNKNOWN)
    for key in action.keys:
        assert not QKeySequence(key).isEmpty()


def test_no_two_actions_share_a_key_unless_they_exclude_each_other() -> None:
    for one, other in itertools.combinations(ALL, 2):
        shared = {QKeySequence(key) for key in one.keys} & {QKeySequence(key) for key in other.keys}
        assert not shared or {one.id, other.id} in EXCLUDE_EACH_OTHER, (one.id, other.id)


def test_plain_letters_work_on_the_canvas_alone() -> None:
    for action in ALL:
        for key in action.keys:
            plain = len(key) == 1 or key.removeprefix("Shift+") in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            assert not plain or action.scope == "canvas", action.id


def test_menus_come_in_order_with_groups_together() -> None:
    places = [(MENUS.index(action.menu), action.group) for action in ALL]
    assert places == sorted(places)


def test_what_experience_promises_is_there() -> None:
    keys = {QKeySequence(key).toString(): action.id for action in ALL for key in action.keys}
    promised = {
        "Ctrl+Z": "edit.undo", "Ctrl+Shift+Z": "edit.redo", "Ctrl+Y": "edit.redo", "Ctrl+C": "edit.copy",
        "Ctrl+X": "edit.cut", "Ctrl+V": "edit.paste", "Ctrl+D": "edit.duplicate", "Ctrl+A": "edit.select_all",
        "Ctrl+F": "edit.find", "/": "edit.find", "Tab": "graph.add", "Shift+A": "graph.add", "L": "graph.layout",
        "F": "graph.connect", "Q": "graph.straighten", "Shift+H": "graph.distribute_horizontal",
        "Shift+V": "graph.distribute_vertical", "F2": "graph.rename", "Home": "view.fit",
        ".": "view.fit_selection", "F5": "view.design", "F6": "view.train", "F7": "view.analyse",
        "Ctrl+Shift+P": "view.palette", "Ctrl+K": "view.palette", "Ctrl+Space": "run.pause",
        "Ctrl+.": "run.step", "Ctrl+Del": "edit.delete_and_heal",
    }  # fmt: skip
    assert {key: keys.get(key) for key in promised} == promised


def test_a_double_id_and_an_unknown_menu_are_refused() -> None:
    action = Action(id="a.b", title="A", help="Do.", menu="File", run=lambda _: None)
    other = Action(id="a.b", title="B", help="Do.", menu="File", run=lambda _: None)
    with pytest.raises(ValueError, match=r'"a\.b" is declared twice'):
        _check(other, {"a.b": action})
    with pytest.raises(ValueError, match=r'must stand in one of File, Edit.*Received: "Moon"'):
        _check(Action(id="a.c", title="C", help="Do.", menu="Moon"), {})
