"""Weights that several nodes use: whose they are, and whether that can be."""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec

from engine.analysis.report import NodeReport
from engine.catalog import Call, Inputs, Weighted, Weights
from engine.catalog.call import layers
from engine.errors import nearest


class Tie(msgspec.Struct, frozen=True):
    """A tensor that the layer of `node` takes from the layer of `owner`, where it has the same name."""

    node: str
    owner: str
    tensor: str


class Refusal(msgspec.Struct, frozen=True):
    """Why a node cannot have the weights it asks for."""

    node: str
    message: str


class Sharing(msgspec.Struct, frozen=True):
    """What is shared in a graph.

    `owners` holds, for each node that uses the whole layer of another, that other; `ties` the tensors that
    layers of different make have in common; `refusals` what cannot be.
    """

    owners: dict[str, str] = {}
    ties: tuple[Tie, ...] = ()
    refusals: tuple[Refusal, ...] = ()


class _Learner(NamedTuple):
    id: str
    kind: Weighted
    inputs: Inputs

    @property
    def weights(self) -> Weights:
        return self.kind.weights(self.inputs)

    def layers(self) -> list[Call]:
        return layers(self.kind.calls(self.inputs))


def sharing(reports: dict[str, NodeReport]) -> Sharing:
    """What the nodes of a graph share; those in error are left out."""
    asking = [
        id
        for id, report in reports.items()
        if isinstance(report.kind, Weighted) and report.kind.share_with and report.state == "ok"
    ]
    owners: dict[str, str] = {}
    ties: list[Tie] = []
    refusals: list[Refusal] = []
    for id in asking:
        wanted = reports[id].kind.share_with  # type: ignore[union-attr]  # Weighted, see above
        message = _unfit_owner(id, wanted, reports)
        if message:
            refusals.append(Refusal(id, message))
            continue
        node, owner = _learner(id, reports), _learner(wanted, reports)
        if node is None or owner is None:
            continue
        if _alike(node.layers(), owner.layers()):
            owners[id] = wanted
            continue
        found = _ties(node, owner)
        ties += found if isinstance(found, list) else ()
        refusals += (found,) if isinstance(found, Refusal) else ()
    return Sharing(owners, tuple(ties), tuple(refusals))


def shared_count(reports: dict[str, NodeReport], shared: Sharing) -> int:
    """How many numbers the reports count more than once."""
    whole = sum(reports[id].parameters for id in shared.owners)
    return whole + sum(math.prod(reports[tie.node].weights[tie.tensor]) for tie in shared.ties)


def _learner(id: str, reports: dict[str, NodeReport]) -> _Learner | None:
    report = reports[id]
    if report.state != "ok" or report.inputs is None or not isinstance(report.kind, Weighted):
        return None
    return _Learner(id, report.kind, report.inputs)


def _unfit_owner(id: str, wanted: str, reports: dict[str, NodeReport]) -> str:
    """Why a node is none whose weights another can use; empty where it may be."""
    if wanted == id:
        return f"{id} cannot share with itself: name another node, or none."
    report = reports.get(wanted)
    if report is None:
        return f'There is no node "{wanted[:80]}" to share weights with.{nearest(wanted, reports)}'
    if report.kind is None:
        return ""
    if not isinstance(report.kind, Weighted):
        return f"{wanted} has no weights to share: {report.kind.title} learns nothing."
    if report.kind.share_with:
        return (
            f"{wanted} uses the weights of {report.kind.share_with[:80]} itself. "
            "Name the node that the weights belong to."
        )
    return ""


def _alike(ours: list[Call], theirs: list[Call]) -> bool:
    def made(calls: list[Call]) -> list[tuple[str, object, str]]:
        return [(call.target, call.build, call.part) for call in calls]

    return made(ours) == made(theirs)


def _ties(node: _Learner, owner: _Learner) -> list[Tie] | Refusal:
    ours, theirs = node.weights, owner.weights
    common = [name for name in ours if name in theirs]
    fitting = [name for name in common if ours[name] == theirs[name]]
    if len(fitting) < len(common) or not fitting:
        message = f"{node.id} cannot use the weights of {owner.id}: their shapes differ. Received: "
        return Refusal(node.id, f"{message}{node.id} {_words(ours)}; {owner.id} {_words(theirs)}.")
    if len(node.layers()) != 1 or len(owner.layers()) != 1:
        return Refusal(
            node.id, f"{node.id} and {owner.id} are made of several layers, whose weights cannot be tied."
        )
    if owner.kind.weight_norm != "none":
        return Refusal(
            node.id,
            f"The weights of {owner.id} are computed by its weight_norm, and cannot be tied to {node.id}. "
            'Set weight_norm to "none" there.',
        )
    return [Tie(node.id, owner.id, name) for name in fitting]


def _words(weights: Weights) -> str:
    return ", ".join(f"{name} {'×'.join(map(str, sizes))}" for name, sizes in weights.items()) or "none"
