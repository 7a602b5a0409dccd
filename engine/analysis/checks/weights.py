"""Options of nodes with weights must fit the tensors, and each other."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.program import across, criterion_nodes
from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sharing import Sharing, sharing
from engine.analysis.sites import BlockSite, GraphSite, LearningSite
from engine.catalog.call import layers
from engine.catalog.initializer import all_initializers, sort_of
from engine.errors import NeuroloomError
from engine.graph import SetParams

THE_OWNERS = ("weight_init", "l1", "l2", "max_weight_norm", "frozen", "weight_norm")
"""Options that say something of weights, and so are set at the node that has them."""


@rule("initializer", on=LearningSite)
def bad_initializer(site: LearningSite) -> Iterator[Finding]:
    """An initializer is unknown, is given wrong parameters, or cannot fill a tensor of the node."""
    for param in ("weight_init", "bias_init"):
        chosen = getattr(site.kind, param)
        try:
            made = all_initializers()[chosen.id].parse(chosen.params)
        except NeuroloomError as error:
            yield Finding(f"{param}: {error}", param=param, fixes=(_reset(site, param),))
            continue
        sort = "bias" if param == "bias_init" else "weight"
        for name, sizes in site.weights.items():
            if made.target and sort_of(name, sizes) == sort and not made.fits(sizes):
                shape = "×".join(map(str, sizes))
                yield Finding(
                    f"{made.title} fills tensors of {made.axes_words()}. Received: {name}, {shape}.",
                    param=param,
                    fixes=(_reset(site, param),),
                )
                break


@rule("several-layers", on=LearningSite)
def several_layers(site: LearningSite) -> Iterator[Finding]:
    """Options of weights name tensors of one layer."""
    if len(layers(site.kind.calls(site.inputs))) < 2:
        return
    for param in ("weight_init", "bias_init", "l1", "l2", "max_weight_norm"):
        if _is_set(site, param):
            message = f"{site.kind.title} is made of several layers, so {param} cannot say which it means."
            yield Finding(message, param=param, fixes=(_reset(site, param),))


@rule("weight-norm", on=LearningSite)
def bad_weight_norm(site: LearningSite) -> Iterator[Finding]:
    """Weight normalization needs one tensor `weight` of two axes or more, and leaves nothing to clip."""
    if site.kind.weight_norm == "none":
        return
    sizes = site.weights.get("weight", ())
    if len(sizes) < 2 or len(layers(site.kind.calls(site.inputs))) != 1:
        shapes = ", ".join(f"{name} {'×'.join(map(str, s))}" for name, s in site.weights.items()) or "none"
        yield Finding(
            f"weight_norm needs a layer with one weight of at least two axes, as Dense has. Received: {shapes}.",
            param="weight_norm",
            fixes=(_reset(site, "weight_norm"),),
        )
    elif site.kind.max_weight_norm:
        yield Finding(
            "max_weight_norm cuts weights after each step, but weight_norm computes them anew from others. "
            "Use one of the two.",
            param="max_weight_norm",
            fixes=(_reset(site, "max_weight_norm"), _reset(site, "weight_norm")),
        )


@rule("shared-option", on=LearningSite)
def option_of_the_owner(site: LearningSite) -> Iterator[Finding]:
    """A node that uses another's weights cannot say how they begin and learn."""
    owner = site.kind.share_with
    if not owner or owner == site.node.id:
        return
    for param in THE_OWNERS:
        if _is_set(site, param):
            message = f"{param} belongs to {owner[:80]}, whose weights this node uses. Set it there."
            yield Finding(message, param=param, fixes=(_reset(site, param),))


@rule("sharing", on=GraphSite)
def bad_sharing(site: GraphSite) -> Iterator[Finding]:
    """Weights can be shared only with a node that has some, of the same shape, on the same side of the targets."""
    found = sharing(site.reports)
    yield from _refusals(found, site.name)
    pairs = [*found.owners.items(), *((tie.node, tie.owner) for tie in found.ties)]
    if not pairs:
        return
    judging = criterion_nodes(site.graph, site.reports)
    for node, owner in dict(pairs).items():
        if (node in judging) is not (owner in judging):
            yield Finding(across(node, owner), node, param="share_with")


@rule("sharing", on=BlockSite)
def bad_sharing_in_a_block(site: BlockSite) -> Iterator[Finding]:
    """Inside a block, weights can be shared only with a node that has some, of the same shape."""
    yield from _refusals(sharing(site.reports), site.name)


def _refusals(found: Sharing, graph: str) -> Iterator[Finding]:
    for refusal in found.refusals:
        fix = Fix("Give it weights of its own", SetParams(refusal.node, {}, ("share_with",), graph))
        yield Finding(refusal.message, refusal.node, param="share_with", fixes=(fix,))


def _is_set(site: LearningSite, param: str) -> bool:
    return bool(getattr(site.kind, param) != site.kind.params[param].default)


def _reset(site: LearningSite, param: str) -> Fix:
    return Fix(f"Reset {param}", SetParams(site.node.id, {}, (param,), site.name))
