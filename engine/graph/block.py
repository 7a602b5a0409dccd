"""What a graph says of itself when it is placed as a node: title, parameters, whether it runs over time."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import msgspec

from engine.errors import EditError
from engine.graph.node import Node, check_id
from engine.graph.values import check_text, plain

PREFIX: Final = "block:"
"""Start of the kind of a node that stands for another graph of its document: `block:bottleneck`."""

MOST_PARAMS: Final = 64

Form: TypeAlias = Literal["block", "recurrent"]
"""A block is computed once; a recurrent group once a time step."""


class Promoted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A parameter of a block, set where the block is placed and used by its nodes as `= name`.

    `default` is a value, or arithmetic over the other parameters (`= width * 4`). `like` names the
    parameter of a kind whose type and bounds it has ("conv2d.out_channels"); without, its default tells.
    """

    name: str
    default: Any = 1
    help: str = ""
    like: str = ""


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a graph says of itself; a document's main graph may have parameters too."""

    title: str = ""
    notes: str = ""
    form: Form = "block"
    params: tuple[Promoted, ...] = ()


def kind_of(graph: str) -> str:
    """The kind of nodes that stand for a graph."""
    return PREFIX + graph


def graph_of(node: Node) -> str | None:
    """The graph that a node stands for, None where it is an ordinary one."""
    return node.kind.removeprefix(PREFIX) if node.kind.startswith(PREFIX) else None


def checked(block: Block) -> Block:
    """The block with values as a file holds them.

    Raises:
        EditError: a parameter's name is no identifier or stands twice; there are too many.
    """
    if len(block.params) > MOST_PARAMS:
        raise EditError(f"A block has at most {MOST_PARAMS} parameters. Received {len(block.params)}.")
    names: set[str] = set()
    for param in block.params:
        check_id(param.name)
        if param.name in names:
            raise EditError(f'The block has two parameters "{param.name}".')
        names.add(param.name)
    for text in (block.title, block.notes, *(t for param in block.params for t in (param.help, param.like))):
        check_text(text)
    params = tuple(msgspec.structs.replace(param, default=plain(param.default)) for param in block.params)
    return msgspec.structs.replace(block, params=params)
