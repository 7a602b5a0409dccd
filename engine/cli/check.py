"""`neuroloom check`: what analysis says of a document, without torch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.documents import analysed, open_document, place
from engine.cli.output import AsJson, command, emit, page
from engine.graph.text import FORMAT

if TYPE_CHECKING:
    from rich.console import Console

    from engine.analysis import Analysis, Diagnostic
    from engine.graph import Document

STYLES = {"error": "red", "warning": "yellow", "hint": "blue"}


@command
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .loom file, or the folder of a run.")],
    as_json: AsJson = False,
) -> None:
    """Diagnostics, shapes, parameters and FLOPs per node and in total."""
    document = open_document(file)
    analysis = analysed(document)
    if as_json:
        emit(answer(document, analysis))
    else:
        _show(document, analysis)
    if not analysis.ok:
        raise typer.Exit(1)


def answer(document: Document, analysis: Analysis) -> dict[str, Any]:
    """What `--json` prints. FLOPs and memory (bytes of outputs) count one sample."""
    return {
        "ok": analysis.ok,
        "format": FORMAT,
        "parameters": analysis.parameters,
        "flops": analysis.flops,
        "memory": analysis.memory,
        "nodes": {
            node.id: {
                "kind": node.kind,
                "state": report.state,
                "outputs": {port: list(shape.sizes) for port, shape in report.outputs.items()},
                "parameters": report.parameters,
                "flops": report.flops,
                "memory": report.memory,
            }
            for node in document.graph().nodes()
            if (report := analysis.nodes.get(node.id)) is not None
        },
        "diagnostics": [described(diagnostic) for diagnostic in analysis.diagnostics],
    }


def described(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as JSON shows it."""
    return {
        "severity": diagnostic.severity,
        "node": diagnostic.node,
        "port": diagnostic.port,
        "param": diagnostic.param,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "fixes": [fix.title for fix in diagnostic.fixes],
    }


def show_diagnostics(found: list[Diagnostic], console: Console) -> None:
    """Diagnostics in words, each with its place and its fixes."""
    for diagnostic in found:
        where = f"{place(diagnostic)}: " if place(diagnostic) else ""
        console.print(
            f"{diagnostic.severity}: {where}{diagnostic.message}", style=STYLES[diagnostic.severity], markup=False
        )
        for fix in diagnostic.fixes:
            console.print(f"  → {fix.title}", style="dim", markup=False)


def _show(document: Document, analysis: Analysis) -> None:
    from rich.table import Table
    from rich.text import Text

    console = page()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("node")
    table.add_column("kind", style="dim")
    table.add_column("output")
    table.add_column("parameters", justify="right")
    table.add_column("FLOPs", justify="right")
    graph = document.graph()
    for id in dict.fromkeys((*analysis.order, *(node.id for node in graph.nodes()))):
        report = analysis.nodes[id]
        shapes = ", ".join(map(str, report.outputs.values())) or "?"
        table.add_row(
            Text(id, style="red" if report.state == "error" else ""),
            Text(graph[id].kind),
            Text(shapes),
            f"{report.parameters:,}" if report.parameters else "",
            f"{report.flops:,}" if report.flops else "",
        )
    console.print(table)
    console.print(
        f"\n{analysis.parameters:,} parameters; a sample takes {analysis.flops:,} FLOPs and {analysis.memory:,} "
        "bytes of outputs.",
        markup=False,
    )
    show_diagnostics(list(analysis.diagnostics), console)
