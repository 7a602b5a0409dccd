"""Promoting: a parameter of a node becomes one of the block around it. Pure."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from app.state.edits import Drawn
from engine.analysis.blocks import is_taken
from engine.errors import EditError
from engine.graph import Batch, Edit, Promoted, SetBlock, SetParams, check_id, graph_of
from engine.spec import holds_formula


def promote(drawn: Drawn, id: str, param: str) -> Edit:
    """The block around a node gets a parameter with the value that the node has, and the node follows it.

    Raises:
        EditError: the node's kind has no such parameter, or is not known.
    """
    graph, node = drawn.graph_name, drawn.graph[id]
    declared = drawn.catalog.get(node.kind)
    if declared is None or param not in declared.params:
        raise EditError(f'{id} has no parameter "{param}".')
    block = drawn.document.block(graph)
    value = node.params.get(param, declared.params[param].default)
    report = drawn.shown.nodes.get(id)
    if holds_formula(value) and report is not None and report.kind is not None:
        value = report.kind.values()[param]
    taken = [each.name for each in block.params]
    name = next(name for name in _names(id, param) if not promoted_refusal(name, taken))
    like = "" if graph_of(node) is not None else f"{node.kind}.{param}"
    promoted = Promoted(name, value, declared.params[param].help, like)
    edits = (
        SetBlock(graph, msgspec.structs.replace(block, params=(*block.params, promoted))),
        SetParams(id, {param: f"= {name}"}, graph=graph),
    )
    return Batch(edits, f"Promote {param} of {id}")


def promoted_refusal(name: str, taken: Collection[str]) -> str:
    """Why a parameter of a block cannot be called so; empty where it can."""
    try:
        check_id(name)
    except EditError as error:
        return str(error).replace("node's", "parameter's")
    if name in taken:
        return f'The block has a parameter "{name}" already.'
    if is_taken(name):
        return f'"{name}" is what every block has already. Take another name.'
    return ""


def _names(id: str, param: str) -> list[str]:
    whole = f"{id}_{param}"[:60]
    return [param, whole, *(f"{whole}{number}" for number in range(2, 99))]
