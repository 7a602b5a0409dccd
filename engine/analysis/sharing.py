"""Weights that several nodes use: whose they are, and whether that can be."""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec

from engine.analysis.blocks import BlockKind
from engine.analysis.report import NodeReport
from engine.catalog import Arg, Call, Inputs, NodeKind, Weighted, Weights
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
    asking = [id for id, report in reports.items() if _wanted(report.kind) and report.state == "ok"]
    owners: dict[str, str] = {}
    ties: list[Tie] = []
    refusals: list[Refusal] = []
    for id in asking:
        wanted = _wanted(reports[id].kind)
        message = _unfit_owner(id, wanted, reports) or _unlike_block(id, wanted, reports)
        if message:
            refusals.append(Refusal(id, message))
            continue
        if isinstance(reports[id].kind, BlockKind) and reports[wanted].state == "ok":
            owners[id] = wanted
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


def _wanted(kind: NodeKind | None) -> str:
    """The node whose weights a kind asks for, empty where it has its own."""
    return kind.share_with if isinstance(kind, (Weighted, BlockKind)) else ""


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
    if not isinstance(report.kind, (Weighted, BlockKind)):
        return f"{wanted} has no weights to share: {report.kind.title} learns nothing."
    if report.kind.share_with:
        return (
            f"{wanted} uses the weights of {report.kind.share_with[:80]} itself. "
            "Name the node that the weights belong to."
        )
    return ""


def _unlike_block(id: str, wanted: str, reports: dict[str, NodeReport]) -> str:
    """Why a block cannot use the weights of a node, or a node those of a block; empty where it may."""
    ours, theirs = reports[id], reports[wanted]
    node, owner = ours.kind, theirs.kind
    if not isinstance(node, BlockKind) and not isinstance(owner, BlockKind):
        return ""
    if node is None or owner is None:
        return ""
    if type(node) is not type(owner):
        return (
            f"{id} and {wanted} cannot share weights: only placings of the same block can. "
            f"Received: {node.title}; {owner.title}."
        )
    own = owner.values()
    unlike = [name for name, value in node.values().items() if name != "share_with" and value != own[name]]
    if unlike:
        return (
            f"{id} cannot use the weights of {wanted}: their {unlike[0]} differs. "
            f"Received: {node.values()[unlike[0]]}; {own[unlike[0]]}."
        )
    if ours.state == theirs.state == "ok" and (inner := _differing(ours, theirs)):
        return (
            f"{id} cannot use the weights of {wanted}: for what comes in, {inner} inside would differ. "
            "Bring both the same shapes."
        )
    return ""


def _differing(ours: NodeReport, theirs: NodeReport) -> str:
    """The first node inside that two placings of a block compute with other numbers; empty where there is none."""
    if ours.inside is None or theirs.inside is None:
        return ""
    for one, other in zip(ours.inside.passes, theirs.inside.passes, strict=False):
        for id, report in one.analysis.nodes.items():
            twin = other.analysis.nodes[id]
            if isinstance(report.kind, BlockKind):
                if inner := _differing(report, twin):
                    return f"{id}.{inner}"
            elif not _computed_alike(report, twin):
                return id
    return ""


def _computed_alike(ours: NodeReport, theirs: NodeReport) -> bool:
    if ours.kind is None or ours.inputs is None or theirs.kind is None or theirs.inputs is None:
        return True
    try:
        return _same(ours.kind.calls(ours.inputs), theirs.kind.calls(theirs.inputs))
    except Exception:  # noqa: BLE001 - whatever a plug-in's kind does; that it gives no calls is told by the plan
        return False


def _same(ours: Arg, theirs: Arg) -> bool:
    """Whether two expressions are equal part by part."""
    if type(ours) is not type(theirs):
        return False
    if isinstance(ours, msgspec.Struct):
        return _same(msgspec.structs.asdict(ours), msgspec.structs.asdict(theirs))
    if isinstance(ours, dict):
        return ours.keys() == theirs.keys() and all(_same(value, theirs[key]) for key, value in ours.items())
    if isinstance(ours, (tuple, list)):
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    return bool(ours == theirs)


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
