"""Going on with a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from engine.errors import RunError
from engine.graph import Document
from engine.recipe import Recipe
from engine.runs import RunFolder, with_recipe

FREE: Final = frozenset(
    [
        "epochs",
        "device",
        "precision",
        "checkpoint_every",
        "keep_checkpoints",
        "patience",
        "min_delta",
        "restore_best",
    ]
)
"""Fields of the recipe that may change when a run goes on; the others made the run what it is."""


def reopen(
    run: RunFolder, overrides: Mapping[str, Any] | None = None, document: Document | None = None
) -> Document:
    """Make a run ready to go on: its design with `overrides` applied, kept in its folder.

    `document`, if given, is checked to have the run's graph.

    Raises:
        RunError: the graph, or a field that may not change, differs from the run's.
        ParamError: an override breaks its field's rule.
    """
    held = run.document()
    if document is not None and _graph(document) != _graph(held):
        raise RunError(
            f"{run.path.name} trained another graph than this one. Start a new run, or open the run's own design."
        )
    recipe = _recipe(held)
    changed = {name: msgspec.to_builtins(value) for name, value in (overrides or {}).items()}
    fixed = [name for name, value in changed.items() if name not in FREE and recipe.get(name) != value]
    design = with_recipe(held, changed)
    if fixed:
        raise RunError(
            f"{fixed[0]} cannot change when a run goes on, only {', '.join(sorted(FREE))} can. "
            f"Received: {changed[fixed[0]]!r}; the run has {recipe[fixed[0]]!r}."
        )
    if changed:
        run.replace_document(design)
    return design


def _recipe(document: Document) -> dict[str, Any]:
    return {name: msgspec.to_builtins(value) for name, value in Recipe.parse(document.recipe).values().items()}


def _graph(document: Document) -> dict[str, Any]:
    """What is computed, graph by graph: nodes, wires, what blocks say of themselves; places and texts left out."""
    return {
        name: (
            {node.id: (node.kind, node.params) for node in graph.nodes()},
            set(graph.edges()),
            (document.block(name).form, document.block(name).params),
        )
        for name, graph in document.graphs().items()
    }
