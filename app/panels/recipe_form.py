"""The recipe as a form, a section for each group of its fields. Every change is an edit of the document."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from app.forms import ParamForm, Section
from app.forms.field import Field as FormField
from app.forms.tabbing import stops, tab_through
from app.panels.parts import column, label
from app.panels.rate_picture import RatePicture
from app.panels.sample_counts import SampleCounts
from app.panels.transform_preview import TransformPreview
from app.state import EngineClient, Session
from engine.data import Field, all_sources
from engine.errors import NeuroloomError
from engine.graph import SetRecipe
from engine.recipe import Recipe
from engine.recipe.recipe import AUGMENT, BATCHES, DATA, LENGTH, OPTIMIZER, SCHEDULE

OPEN: Final = frozenset({DATA, BATCHES, OPTIMIZER, SCHEDULE, LENGTH})
"""Sections that are open from the start; others open where one of their fields is set."""


IDLE: Final = "Not used: each objective has an optimizer, a schedule and a warm-up of its own."


class RecipeForm(QWidget):
    """Shows and edits the recipe of a document."""

    def __init__(self, engine: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._stops: list[QWidget] = []
        self.sections: dict[str, Section] = {}
        self.forms: dict[str, ParamForm] = {}
        self.fields = label(wrap=True, selectable=True)
        self.counts = SampleCounts(engine)
        self.rates = RatePicture()
        self.idle = {title: label(IDLE, muted=True, wrap=True) for title in (OPTIMIZER, SCHEDULE)}
        self.preview = TransformPreview(engine)
        whole = column(self, margin=0)
        for title, params in _groups().items():
            section, form = Section(title, open=title in OPEN), ParamForm(params)
            if title in self.idle:
                section.add(self.idle[title])
            section.add(form)
            whole.addWidget(section)
            self.sections[title], self.forms[title] = section, form
            form.value_changed.connect(self._set)
            form.reset.connect(self._reset)
        for title, extra in (
            (DATA, self.fields),
            (BATCHES, self.counts),
            (SCHEDULE, self.rates),
            (AUGMENT, self.preview),
        ):
            self.sections[title].add(extra)
        self.counts.known.connect(self._show_counts)

    def field(self, name: str) -> FormField:
        """The field of a value of the recipe."""
        return self.forms[Recipe.params[name].group].field(name)

    def show_recipe(self, session: Session) -> None:
        """Show the recipe of a document, with what analysis says of it at the fields."""
        self._session = session
        recipe = session.document.recipe
        for title, form in self.forms.items():
            given = {name: recipe[name] for name in form.names if name in recipe}
            form.set_values(given)
            if given:
                self.sections[title].open()
        self._show_fields(*_chosen("data", recipe.get("data")))
        for note in self.idle.values():
            note.setVisible(bool(recipe.get("objectives")))
        self._show_errors(session)
        self._show_counts()
        self.preview.show_session(session)
        self._order()
        self.setEnabled(not session.read_only)

    def _order(self) -> None:
        """Parts that came later are reached where they stand."""
        found = stops(self)
        if found != self._stops:
            self._stops = found
            tab_through(found)

    def _show_counts(self) -> None:
        recipe = self._session.analysis.recipe if self._session is not None else None
        self.counts.show_recipe(recipe)
        self.rates.show_recipe(recipe, self.counts.batches)

    def _show_fields(self, id: str, params: dict[str, Any]) -> None:
        text, fault = field_words(id, params)
        self.fields.setText(text)
        role = QPalette.ColorRole.BrightText if fault else QPalette.ColorRole.PlaceholderText
        self.fields.setForegroundRole(role)
        self.fields.setVisible(bool(text))

    def _show_errors(self, session: Session) -> None:
        found = [d for d in session.analysis.diagnostics if d.param and not d.node]
        for title, form in self.forms.items():
            errors = {d.param: d.message for d in found if d.param in form.names}
            form.set_errors(errors)
            if errors:
                self.sections[title].open()

    def _set(self, name: str, value: Any, gesture: str) -> None:
        if self._session is not None:
            merge = f"recipe.{gesture}" if gesture else ""
            self._session.apply(SetRecipe({name: value}), f"Set {_words(name)}", merge=merge)

    def _reset(self, name: str) -> None:
        if self._session is not None:
            self._session.apply(SetRecipe({}, (name,)), f"Reset {_words(name)}")


def _groups() -> dict[str, dict[str, Any]]:
    """The recipe's fields by section, in their order."""
    found: dict[str, dict[str, Any]] = {}
    for name, param in Recipe.params.items():
        found.setdefault(param.group, {})[name] = dataclasses.replace(param, group="")
    return found


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
