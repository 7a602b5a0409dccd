"""What a block needs to be placed, and what stands only inside one."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import BlockSite, DeclaredSite, GraphSite
from engine.graph import NEXT, RemoveNode, SetParams, graph_of
from engine.spec import is_formula


@rule("unsound-block", on=DeclaredSite)
def unsound(site: DeclaredSite) -> Iterator[Finding]:
    """A block holds itself, or nests too deep."""
    message = site.unsound.get(graph_of(site.node) or "")
    if message:
        yield Finding(message, fixes=(Fix(f"Remove {site.node.id}", RemoveNode(site.node.id, site.name)),))


@rule("misplaced", on=GraphSite)
def port_outside(site: GraphSite) -> Iterator[Finding]:
    """Ports and states stand inside blocks only."""
    for id in site.topology.of("entry", "exit", "state"):
        kind = site.reports[id].kind
        title = kind.title if kind is not None else id
        fix = Fix(f"Remove {id}", RemoveNode(id, site.name))
        yield Finding(f"{title} stands inside a block only; this is the main graph.", node=id, fixes=(fix,))


@rule("misplaced", on=BlockSite)
def role_inside(site: BlockSite) -> Iterator[Finding]:
    """Data enters, and losses stand, in the main graph."""
    for id, report in site.reports.items():
        if report.kind is not None and report.kind.role in ("input", "target", "loss", "metric"):
            message = f"{report.kind.title} stands in the main graph only. Lead it in or out through a port."
            yield Finding(message, node=id, fixes=(Fix(f"Remove {id}", RemoveNode(id, site.name)),))


@rule("no-output", on=BlockSite)
def no_exit(site: BlockSite) -> Iterator[Finding]:
    """A block gives something."""
    if not any(report.kind is not None and report.kind.role == "exit" for report in site.reports.values()):
        yield Finding(f"The block {site.block.title or site.name} has no output. Add a Block output and wire it.")


@rule("port-name", on=BlockSite)
def ports_alike(site: BlockSite) -> Iterator[Finding]:
    """Each port has a name of its own."""
    known: dict[tuple[str, str], str] = {}
    for node in sorted(site.graph.nodes(), key=lambda node: (node.y, node.x)):
        kind = site.reports[node.id].kind
        if kind is None or kind.role not in ("entry", "exit", "state"):
            continue
        values = kind.values()
        if kind.role == "state" and values.get("initial") != "input":
            continue
        key = ("exit" if kind.role == "exit" else "entry", str(values["name"]))
        if key in known:
            yield Finding(f'The port "{key[1]}" is there already: {known[key]}.', node=node.id, param="name")
        known.setdefault(key, node.id)


@rule("state", on=BlockSite)
def states(site: BlockSite) -> Iterator[Finding]:
    """A state stands in a recurrent group, and gets back what it gives."""
    for id, report in site.reports.items():
        if report.kind is None or report.kind.role != "state":
            continue
        if site.block.form != "recurrent":
            yield Finding("A state needs time steps: make this block a recurrent group.", node=id)
            continue
        edge = site.graph.edge_at(id, NEXT)
        if edge is None:
            yield Finding("Nothing is wired to next, so the state would never change.", node=id, port=NEXT)
            continue
        source = site.reports[edge.source].outputs.get(edge.output)
        own = report.outputs.get("out")
        if source is not None and own is not None and source.sizes != own.sizes:
            fixable = not any(map(is_formula, site.graph[id].params.get("shape", ())))
            edit = SetParams(id, {"shape": list(source.sample)}, graph=site.name)
            yield Finding(
                f"A state gets back what it gives, {own.words()}. Received: {source.words()}, from {edge.source}.",
                node=id,
                param="shape",
                fixes=(Fix(f"Set shape to {'×'.join(map(str, source.sample))}", edit),) if fixable else (),
            )
