"""The recipe as analysis sees it: read, with what is wrong in it and the fields of its data."""

from __future__ import annotations

import contextlib
import logging
import os
from typing import Any, Final

import msgspec

from engine.analysis.report import Diagnostic
from engine.analysis.rules import check
from engine.analysis.sites import RecipeSite
from engine.data import Field, Source, all_sources
from engine.errors import DataError, NeuroloomError, ParamError
from engine.graph import MAIN
from engine.recipe import Recipe

log = logging.getLogger(__name__)

Stamp = tuple[tuple[int, int], ...]
Answer = tuple[dict[str, Field] | None, DataError | None]
"""A source's fields by name, or why there are none."""

PATH: Final = "path"


class RecipeFacts(msgspec.Struct, frozen=True):
    """A recipe, None where a value is wrong; its diagnostics; its data source and that source's fields."""

    recipe: Recipe | None
    diagnostics: tuple[Diagnostic, ...]
    source: Source | None
    fields: dict[str, Field] | None


class RecipeReader:
    """Reads recipes; asks a data source for its fields once, until its parameters or its file change."""

    def __init__(self) -> None:
        self._read = b""
        self._facts = RecipeFacts(None, (), None, None)
        self._source: Source | None = None
        self._stamp: Stamp = ()
        self._answer: Answer = None, None

    def read(self, values: dict[str, Any]) -> RecipeFacts:
        """The facts of a recipe; never raises."""
        encoded = msgspec.json.encode(values)  # unlike the values, it tells 1 from true
        if encoded != self._read or _stamp(self._source) != self._stamp:
            recipe, sound = _recipe(values)
            source = _source(recipe)
            fields, fault = self._ask(source)
            found = check(RecipeSite(values, recipe, fault), "", MAIN)
            self._facts = RecipeFacts(recipe if sound else None, tuple(found), source, fields)
            self._read = encoded
        return self._facts

    def _ask(self, source: Source | None) -> Answer:
        stamp = _stamp(source)
        if source != self._source or stamp != self._stamp:
            self._source, self._stamp, self._answer = source, stamp, _fields(source)
        return self._answer


def _recipe(values: dict[str, Any]) -> tuple[Recipe, bool]:
    """The recipe with defaults for what is wrong, and whether nothing was."""
    try:
        return Recipe.parse(values), True
    except ParamError:
        wrong = {problem.param for problem in Recipe.problems(values)}
        kept = {name: value for name, value in values.items() if name not in wrong}
        with contextlib.suppress(ParamError):
            return Recipe.parse(kept), False
        return Recipe.parse({}), False


def _source(recipe: Recipe) -> Source | None:
    try:
        return all_sources()[recipe.data.id].parse(recipe.data.params)
    except NeuroloomError:
        return None


def _fields(source: Source | None) -> Answer:
    if source is None:
        return None, None
    try:
        return {field.name: field for field in source.fields()}, None
    except DataError as error:
        return None, error
    except Exception as error:  # whatever a plug-in's source does, the user is told
        log.info("the fields of %s failed", source.id, exc_info=error)
        return None, DataError(f"The source {source.title} is at fault: {type(error).__name__}: {error}")


def _stamp(source: Source | None) -> Stamp:
    """Time and size of the files that a source names, so that a change of one is noticed."""
    found = []
    for name, param in source.params.items() if source is not None else ():
        if param.editor == PATH:
            with contextlib.suppress(OSError, ValueError):
                status = os.stat(os.path.expanduser(str(getattr(source, name))))
                found.append((status.st_mtime_ns, status.st_size))
    return tuple(found)
