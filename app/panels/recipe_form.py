"""The recipe as a form: data, optimizer, course. Every change is an edit of the document."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from app.forms import ParamForm, Section
from app.panels.parts import column, label
from app.state import Session
from engine.data import Field, all_sources
from engine.errors import NeuroloomError
from engine.graph import SetRecipe
from engine.recipe import Recipe

OWN = ("data", "optimizer", "objectives", "transforms")


class RecipeForm(QWidget):
    """Shows and edits the recipe of a document."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self.data = ParamForm({"data": Recipe.params["data"]})
        self.optimizer = ParamForm({"optimizer": Recipe.params["optimizer"]})
        self.course = ParamForm({name: param for name, param in Recipe.params.items() if name not in OWN})
        whole = column(self, margin=0)
        self.fields = label(wrap=True, selectable=True)
        for title, inside in (("Data", self.data), ("Optimizer", self.optimizer), ("Course", self.course)):
            section = Section(title)
            section.add(inside)
            whole.addWidget(section)
            if inside is self.data:
                section.add(self.fields)
        for form in (self.data, self.optimizer, self.course):
            form.value_changed.connect(self._set)
            form.reset.connect(self._reset)

    def show_recipe(self, session: Session) -> None:
        """Show the recipe of a document, with what analysis says of it at the fields."""
        self._session = session
        recipe = session.document.recipe
        for form in (self.data, self.optimizer, self.course):
            form.set_values({name: recipe[name] for name in form.names if name in recipe})
        self._show_fields(*_chosen("data", recipe.get("data")))
        self._show_errors(session)
        self.setEnabled(not session.read_only)

    def _show_fields(self, id: str, params: dict[str, Any]) -> None:
        text, fault = field_words(id, params)
        self.fields.setText(text)
        role = QPalette.ColorRole.BrightText if fault else QPalette.ColorRole.PlaceholderText
        self.fields.setForegroundRole(role)
        self.fields.setVisible(bool(text))

    def _show_errors(self, session: Session) -> None:
        found = [d for d in session.analysis.diagnostics if d.param and not d.node]
        for form in (self.data, self.optimizer, self.course):
            form.set_errors({d.param: d.message for d in found})

    def _set(self, name: str, value: Any, gesture: str) -> None:
        if self._session is not None:
            merge = f"recipe.{gesture}" if gesture else ""
            self._session.apply(SetRecipe({name: value}), f"Set {_words(name)}", merge=merge)

    def _reset(self, name: str) -> None:
        if self._session is not None:
            self._session.apply(SetRecipe({}, (name,)), f"Reset {_words(name)}")


def field_words(id: str, params: dict[str, Any]) -> tuple[str, bool]:
    """What a source gives, `x 1×28×28 · y 10 classes`; or why it gives nothing, and True."""
    source = all_sources().get(id)
    if source is None:
        return "", False
    try:
        fields = source.parse(params).fields()
    except NeuroloomError as error:
        return str(error), True
    return " · ".join(f"{field.name}  {_field(field)}" for field in fields), False


def _field(field: Field) -> str:
    if field.classes:
        return f"{len(field.classes)} classes"
    return "×".join(map(str, field.shape.sample)) or "one number"


def _chosen(name: str, raw: Any) -> tuple[str, dict[str, Any]]:
    """Id and parameters of a raw value of the recipe; the default's where it is unset or no such thing."""
    default = Recipe.params[name].default
    if not isinstance(raw, dict):
        return default.id, dict(default.params)
    params = raw.get("params", {})
    return str(raw.get("id", default.id)), dict(params) if isinstance(params, dict) else {}


def _words(name: str) -> str:
    return name.replace("_", " ")
