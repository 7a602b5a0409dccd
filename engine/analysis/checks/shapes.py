"""Shapes must fit the kind that receives them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.rules import Finding, rule
from engine.analysis.sites import ClashSite


@rule("shape", on=ClashSite)
def shape_clash(site: ClashSite) -> Iterator[Finding]:
    """The kind refuses what comes in."""
    wires = [
        f"{edge.source}.{edge.output} brings {shape.words()}"
        for port in site.inputs
        for edge, shape in zip(
            [edge for edge in site.edges if edge.input == port], site.inputs.many(port), strict=False
        )
        if not site.error.port or port == site.error.port or len(site.inputs.all()) <= 3
    ]
    hint = f" {site.error.suggestion}" if site.error.suggestion else ""
    yield Finding(f"{site.kind.title} {site.error}. Received: {'; '.join(wires)}.{hint}", port=site.error.port)
