"""The layers with weights, in blocks too, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from engine.analysis.blocks import BlockKind
from engine.analysis.report import NodeReport
from engine.catalog import Weighted


class Layer(msgspec.Struct, frozen=True):
    """A layer with weights: the names of all that use it, its own first, and whether it learns.

    Inside of blocks a name is the way to it: `stage.conv1`, `stage.0.conv1` where the block repeats.
    """

    names: tuple[str, ...]
    learns: bool


def weighted(reports: Mapping[str, NodeReport]) -> Iterator[Layer]:
    """The layers with weights of a graph and of the blocks in it; a recurrent group counts as one."""
    using: dict[str, list[str]] = {}
    for id, report in reports.items():
        owner = report.kind.share_with if isinstance(report.kind, (Weighted, BlockKind)) else ""
        using.setdefault(owner or id, []).append(id)
    for owner, users in using.items():
        if owner in reports:
            users.sort(key=lambda user: user != owner)
            for way, learns in _within(reports[owner]):
                yield Layer(tuple(f"{user}{way}" for user in users), learns)


def _within(report: NodeReport) -> Iterator[tuple[str, bool]]:
    """The ways on from a node to the layers in it, the empty one to itself, and whether they learn."""
    kind = report.kind
    if report.inside is None or not isinstance(kind, BlockKind) or kind.block.form == "recurrent":
        if report.parameters:
            yield "", report.parameters > report.frozen
        return
    turns = 1 if kind.share_weights else kind.repeat
    passes = [each for each in report.inside.passes for _ in range(each.count)]
    for place, each in enumerate(passes[:turns]):
        for layer in weighted(each.analysis.nodes):
            yield f".{layer.names[0]}" if turns == 1 else f".{place}.{layer.names[0]}", layer.learns
