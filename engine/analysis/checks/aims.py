"""What the recipe names must be in the graph, and every weight some objective's."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.rules import Finding, rule
from engine.analysis.sites import AimSite
from engine.analysis.weighted import weighted
from engine.errors import nearest


@rule("objectives", on=AimSite)
def unknown_loss(site: AimSite) -> Iterator[Finding]:
    """An objective names a loss that is not there."""
    losses = site.topology.of("loss")
    for aim in site.aims:
        for loss in aim.losses:
            if loss not in losses:
                message = f'The objective "{aim.name}" names the loss "{loss[:80]}"; the losses are '
                known = f"{', '.join(losses)}.{nearest(loss[:80], losses)}"
                yield Finding(f"{message}{known}", param="objectives")


@rule("objectives", on=AimSite)
def unknown_weights(site: AimSite) -> Iterator[Finding]:
    """An objective names a node that is not there, or has no weights."""
    if not site.recipe.objectives:
        return
    known = [name for layer in weighted(site.reports) for name in layer.names]
    for aim in site.aims:
        for stranger in aim.strangers(known):
            message = f'The objective "{aim.name}" names "{stranger[:80]}", which is no node with weights.'
            yield Finding(f"{message}{nearest(stranger[:80], known)}", param="objectives")


@rule("unmoved", on=AimSite, severity="warning")
def unmoved(site: AimSite) -> Iterator[Finding]:
    """Weights that learn, but that no objective moves."""
    if not site.recipe.objectives:
        return
    learning = [layer.names for layer in weighted(site.reports) if layer.learns]
    left = [names[0] for names in learning if not any(aim.moves(*names) for aim in site.aims)]
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        yield Finding(
            f"No objective moves the weights of {left[0]}{more}: they stay as they begin. "
            "Name them in an objective, or freeze them.",
            node=left[0].partition(".")[0],
        )


@rule("monitor", on=AimSite)
def unknown_monitor(site: AimSite) -> Iterator[Finding]:
    """What is watched is not measured."""
    measured = ["loss", *site.topology.of("loss"), *site.topology.of("metric")]
    if site.recipe.monitor not in (*measured, "loss_", "penalty"):
        known = ", ".join(dict.fromkeys(measured))
        message = f'Monitor names "{site.recipe.monitor[:80]}", but what is measured is {known}.'
        yield Finding(f"{message}{nearest(site.recipe.monitor[:80], measured)}", param="monitor")
