"""A node's kind must be known and its parameters legal."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import msgspec

from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import DeclaredSite
from engine.errors import UnknownIdError
from engine.graph import ReplaceNode, SetParams


@rule("unknown-kind", on=DeclaredSite)
def unknown_kind(site: DeclaredSite) -> Iterator[Finding]:
    """No installed kind has this id; the node keeps its data."""
    node, known = site.node, site.catalog.ids()
    if node.kind in site.catalog:
        return
    near = difflib.get_close_matches(node.kind, known, n=1, cutoff=0.8)
    fixes = tuple(Fix(f'Change to "{id}"', ReplaceNode(msgspec.structs.replace(node, kind=id))) for id in near)
    yield Finding(
        f"{UnknownIdError('node kind', node.kind[:80], known)} The node keeps its data for when it is installed.",
        fixes=fixes,
    )


@rule("param", on=DeclaredSite)
def bad_parameter(site: DeclaredSite) -> Iterator[Finding]:
    """A parameter is unknown, or breaks its rule."""
    kind = site.catalog.get(site.node.kind)
    for problem in kind.problems(site.node.params) if kind is not None else ():
        assert kind is not None
        title = "Reset to default" if problem.param in kind.params else "Remove this parameter"
        edit = SetParams(site.node.id, {}, (problem.param,))
        yield Finding(f"{problem}", param=problem.param, fixes=(Fix(title, edit),))
