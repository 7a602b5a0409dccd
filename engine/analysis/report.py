"""What analysis finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from engine.catalog import Inputs, NodeKind, Shape, Shapes, Weights
from engine.data import Field
from engine.graph import MAIN, Edge, Edit
from engine.recipe import Recipe

Severity: TypeAlias = Literal["error", "warning", "hint"]

State: TypeAlias = Literal["ok", "error", "blocked"]
"""`error`: the cause lies in this node; `blocked`: something before it is in error, it may be fine itself."""


class Fix(msgspec.Struct, frozen=True):
    """A way to mend a diagnostic with one click. `safe`: it cannot change what a valid part computes."""

    title: str
    edit: Edit
    safe: bool = False


class Diagnostic(msgspec.Struct, frozen=True):
    """Something wrong or doubtful, pinned to its cause only.

    `code` is the rule's name ("shape", "missing-input"); `node`, `port` and `param` say where it can be
    mended, empty where that is the document or, with `param`, the recipe. `within` leads from the main graph
    to the graph named `graph`: the nodes that stand for the blocks around it.
    """

    severity: Severity
    code: str
    message: str
    node: str = ""
    port: str = ""
    param: str = ""
    fixes: tuple[Fix, ...] = ()
    graph: str = MAIN
    within: tuple[str, ...] = ()


class NodeReport(msgspec.Struct, frozen=True):
    """What is known of one node. Costs count one sample; `memory` is bytes of its outputs.

    `inside` is what is known of the graph behind it, where it stands for a block.
    `frozen` counts those of its `parameters` that do not learn.
    """

    state: State
    kind: NodeKind | None = None
    inputs: Inputs | None = None
    outputs: Shapes = {}
    weights: Weights = {}
    parameters: int = 0
    flops: int = 0
    memory: int = 0
    inside: Inside | None = None
    frozen: int = 0


class Pass(msgspec.Struct, frozen=True):
    """A block's graph for what comes in; `count` repetitions after each other are alike."""

    analysis: Analysis
    count: int = 1


class Inside(msgspec.Struct, frozen=True):
    """What is known of the graph behind a node; `outputs` are None where something inside is wrong: `cause`.

    `nodes` are all that are computed, those inside of inner blocks and all repetitions counted.
    """

    passes: tuple[Pass, ...]
    outputs: Shapes | None = None
    cause: Diagnostic | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    parameters: int = 0
    flops: int = 0
    memory: int = 0
    frozen: int = 0
    nodes: int = 0


class Analysis(msgspec.Struct, frozen=True):
    """What is known of one graph, by node, and in total; `order` is that of computing, loops left out.

    In total, weights that several nodes share count once; `frozen` counts those that do not learn. `fields` are
    those of the data, empty where they are not known and inside blocks.
    """

    nodes: dict[str, NodeReport]
    diagnostics: tuple[Diagnostic, ...]
    order: tuple[str, ...] = ()
    recipe: Recipe | None = None
    parameters: int = 0
    flops: int = 0
    memory: int = 0
    frozen: int = 0
    fields: Mapping[str, Field] = {}

    @property
    def ok(self) -> bool:
        """Whether nothing is an error; to be trained, a document needs more, see `training_problems`."""
        return not any(diagnostic.severity == "error" for diagnostic in self.diagnostics)

    def shape(self, edge: Edge) -> Shape | None:
        """The shape that runs through an edge, or None where it is not known."""
        report = self.nodes.get(edge.source)
        return report.outputs.get(edge.output) if report else None

    def of(self, node: str) -> list[Diagnostic]:
        """The diagnostics at one node, and inside it where it stands for a block."""
        return [each for each in self.diagnostics if (each.within[0] if each.within else each.node) == node]
