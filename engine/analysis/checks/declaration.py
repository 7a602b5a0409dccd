"""A node's kind must be known and its parameters legal."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Final

from engine.analysis.mending import setting
from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import DeclaredSite
from engine.catalog import Catalog, NodeKind
from engine.errors import ParamError, nearest
from engine.graph import Node, SetKind, SetParams, graph_of
from engine.spec import Values, holds_formula, resolved

SHOWN: Final = 20
NEAR: Final = 0.8
LONGEST: Final = 80


@rule("unknown-kind", on=DeclaredSite)
def unknown_kind(site: DeclaredSite) -> Iterator[Finding]:
    """No installed kind has this id; the node keeps its data."""
    node = site.node
    if node.kind in site.catalog or graph_of(node) in site.unsound:
        return
    if graph_of(node) is not None:
        blocks = [graph_of(Node("", id)) or "" for id in site.catalog.ids() if graph_of(Node("", id))]
        name = str(graph_of(node))
        yield Finding(f'There is no block "{name[:80]}" in this document.{nearest(name, blocks)}')
        return
    near = _near(node.kind, site.catalog)
    hint = f' Did you mean "{near}"?' if near else ""
    sure = near and difflib.SequenceMatcher(None, near, node.kind).ratio() >= NEAR
    yield Finding(
        f'There is no node kind "{node.kind[:80]}".{hint} The node keeps its data for when it is installed.',
        fixes=(Fix(f'Change to "{near}"', SetKind(node.id, near, site.name)),) if sure else (),
    )


def _near(kind: str, catalog: Catalog) -> str:
    """The nearest of the few ids that begin alike: a file may name thousands of kinds that do not exist."""
    if len(kind) > LONGEST:
        return ""
    alike = [id for id in catalog.ids() if id[:2] == kind[:2]] or [
        id for id in catalog.ids() if id[:1] == kind[:1]
    ]
    return next(iter(difflib.get_close_matches(kind, alike, n=1, cutoff=0.5)), "")


@rule("param", on=DeclaredSite)
def bad_parameter(site: DeclaredSite) -> Iterator[Finding]:
    """A parameter is unknown, breaks its rule, or does not go with another."""
    kind = site.catalog.get(site.node.kind)
    if kind is None:
        return
    for problem in _problems(kind, site)[:SHOWN]:
        known = problem.param in kind.params
        edit = SetParams(site.node.id, {}, (problem.param,), site.name)
        given = problem.param in site.node.params  # a conflict may be with a default
        fix = Fix("Reset to default" if known else "Remove this parameter", edit, safe=not known)
        nearest = _nearest(kind, site, problem) if known else ()
        yield Finding(str(problem), param=problem.param, fixes=(*((fix,) if given else ()), *nearest))


def _nearest(kind: type[NodeKind], site: DeclaredSite, problem: ParamError) -> Iterator[Fix]:
    """The legal value nearest to one that is not, found by trying."""
    name = problem.param
    values = {other: value for other, value in site.node.params.items() if other in kind.params}
    if any(map(holds_formula, values.values())):
        return
    found = [each.param for each in kind.problems(values)]
    for value in kind.params[name].near(problem.value):
        after = [each.param for each in kind.problems({**values, name: value})]
        if len(after) < len(found) and name not in after:
            yield setting(site.node.id, {name: value}, site.name)
            return


def _problems(kind: type[NodeKind], site: DeclaredSite) -> list[ParamError]:
    """What is wrong with formulas, else with the values that they give."""
    found: list[ParamError] = []
    values: Values = {}
    for name, value in sorted(site.node.params.items()):
        try:
            values |= resolved({name: value}, site.names)
        except ParamError as error:
            found.append(error)
    return found or kind.problems(values)
