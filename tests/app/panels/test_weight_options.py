"""Options of weights in the inspector: folded, chosen, kept when another node is renamed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QWidget
from pytestqt.qtbot import QtBot

from app.forms import ParamForm, Section
from app.forms.chosen import ChosenField
from app.forms.plain import NodeField
from app.panels import InspectorPanel
from app.state import Session
from engine.catalog.weighted import OPTIONS
from engine.graph import AddNode, Node, SetParams
from engine.nodes import standard_catalog
from tests.support.editing import current, digits_net, editor_of

Front = Callable[[QWidget], None]
KINDS = sorted(standard_catalog(), key=lambda kind: kind.id)


@pytest.fixture
def hidden(in_front: Front) -> tuple[InspectorPanel, Session]:
    """The inspector about a dense node of the digits net."""
    editor = editor_of(digits_net())
    session = current(editor)
    session.select(["hidden"])
    panel = InspectorPanel(editor)
    in_front(panel)
    return panel, session


def test_options_are_folded_until_one_is_set(hidden: tuple[InspectorPanel, Session]) -> None:
    panel, session = hidden
    form = panel.node.form
    assert form.names == ("out_features", "bias", *OPTIONS)
    (group,) = form.findChildren(Section)
    assert (group.heading.text(), group.heading.isChecked()) == ("Weights", False)
    session.apply(SetParams("hidden", {"l2": 0.01}), "Set l2")
    assert group.heading.isChecked()


def test_an_initializer_is_chosen_and_its_misfit_told_at_the_field(
    hidden: tuple[InspectorPanel, Session],
) -> None:
    panel, session = hidden
    field = panel.node.form.field("weight_init")
    assert isinstance(field, ChosenField)
    field.combo.activated.emit(field.combo.findData("dirac"))
    assert session.graph["hidden"].params["weight_init"] == {"id": "dirac", "params": {}}
    assert "3 to 5 axes" in panel.node.form.error("weight_init")
    field.combo.activated.emit(field.combo.findData("he_normal"))
    assert panel.node.form.error("weight_init") == ""
    assert field.form.names == ("mode", "nonlinearity")
    assert session.analysis.nodes["hidden"].state == "ok"


def test_who_shares_follows_a_new_name(qtbot: QtBot, hidden: tuple[InspectorPanel, Session]) -> None:
    panel, session = hidden
    session.apply(SetParams("scores", {"share_with": "hidden"}), "Share")
    name = panel.node.name
    assert isinstance(name, QLineEdit)
    name.selectAll()
    qtbot.keyClicks(name, "wide")
    name.editingFinished.emit()
    assert session.graph["scores"].params["share_with"] == "wide"
    session.undo()
    assert session.graph["scores"].params["share_with"] == "hidden"
    assert "hidden" in session.graph


def test_every_kind_has_a_form_with_a_field_for_each_parameter(qtbot: QtBot) -> None:
    form = ParamForm()
    qtbot.addWidget(form)
    for kind in KINDS:
        form.set_params(kind.params)
        form.set_values(kind.parse({}).values())
        assert form.names == tuple(kind.params), kind.id
        for name in form.names:
            assert form.row(name).label.text()
            assert form.field(name).focusProxy() is not None, (kind.id, name)


def test_nodes_of_the_same_kind_are_offered_to_share_with(hidden: tuple[InspectorPanel, Session]) -> None:
    panel, session = hidden
    session.apply(AddNode(Node("twin", "dense")), "Add")
    field = panel.node.form.field("share_with")
    assert isinstance(field, NodeField)
    offered = field.offered.stringList()
    assert "twin" in offered
    assert "hidden" not in offered
    assert {session.graph[id].kind for id in offered} == {"dense"}
    field.show_offered()
    list_shown = QApplication.activePopupWidget()
    assert isinstance(list_shown, QListView)
    QTest.keyClick(list_shown, Qt.Key.Key_Down)
    QTest.keyClick(list_shown, Qt.Key.Key_Return)
    assert session.graph["hidden"].params["share_with"] in offered
