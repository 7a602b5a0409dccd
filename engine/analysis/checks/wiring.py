"""Edges must run between ports that exist, and every input that is needed must be wired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from engine.analysis.judging import missing_fixes
from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import WiredSite
from engine.errors import nearest
from engine.graph import Disconnect, Edge


def _remove(edge: Edge, site: WiredSite) -> Fix:
    return Fix(f"Remove the wire {edge}", Disconnect(edge, site.name))


@rule("unknown-port", on=WiredSite)
def unknown_input(site: WiredSite) -> Iterator[Finding]:
    """A wire ends at an input that the kind has not."""
    names = [port.name for port in site.ports]
    for edge in site.edges:
        if edge.input not in names:
            yield Finding(
                f'{site.kind.title} has no input "{edge.input}", where the wire {edge} ends.'
                f"{nearest(edge.input, names)}",
                port=edge.input,
                fixes=(_remove(edge, site),),
            )


@rule("unknown-port", on=WiredSite)
def unknown_output(site: WiredSite) -> Iterator[Finding]:
    """A wire begins at an output that its node has not."""
    for edge, offered in zip(site.edges, site.offered, strict=True):
        if offered is not None and edge.output not in offered:
            yield Finding(
                f'{edge.source} has no output "{edge.output}", where the wire {edge} begins.'
                f"{nearest(edge.output, offered)}",
                port=edge.input,
                fixes=(_remove(edge, site),),
            )


@rule("crowded-port", on=WiredSite)
def crowded_input(site: WiredSite) -> Iterator[Finding]:
    """Several wires end at an input that takes one."""
    counts = Counter(edge.input for edge in site.edges)
    for port in site.ports:
        if port.many or counts[port.name] < 2:
            continue
        wires = [edge for edge in site.edges if edge.input == port.name]
        yield Finding(
            f'The input "{port.name}" takes one wire. Received {len(wires)}: {", ".join(map(str, wires[:5]))}.',
            port=port.name,
            fixes=tuple(_remove(edge, site) for edge in wires[1:3]),
        )


@rule("missing-input", on=WiredSite)
def missing_input(site: WiredSite) -> Iterator[Finding]:
    """An input that is needed has no wire, or one that takes several has only one."""
    counts = Counter(edge.input for edge in site.edges)
    for port in site.ports:
        needed = 0 if port.optional else 2 if port.many else 1
        if counts[port.name] >= needed:
            continue
        what = "at least two wires" if port.many else "a wire"
        got = "one" if counts[port.name] else "none"
        yield Finding(
            f'The input "{port.name}" needs {what}. Received: {got}.',
            port=port.name,
            fixes=_sure(missing_fixes(site.around, site.node, site.kind, port.name)),
        )


def _sure(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """The fixes; a lone one is safe, for a node that lacks a wire computes nothing yet."""
    found = tuple(fixes)
    return (msgspec.structs.replace(found[0], safe=True),) if len(found) == 1 else found
