"""`neuroloom check`: what analysis says of a document, without torch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.analysis import Analyser
from engine.analysis.safely import Fixed, fix_safely
from engine.cli.documents import analysed, open_document, place
from engine.cli.output import AsJson, command, emit, page
from engine.errors import NeuroloomError
from engine.graph.file import save
from engine.graph.text import FORMAT
from engine.nodes import standard_catalog

if TYPE_CHECKING:
    from rich.console import Console

    from engine.analysis import Analysis, Diagnostic
    from engine.graph import Document

STYLES = {"error": "red", "warning": "yellow", "hint": "blue"}


@command
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .loom file, or the folder of a run.")],
    fix: Annotated[bool, typer.Option("--fix", help="Apply the fixes that are safe, and save the file.")] = False,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="With --fix: the file to save to instead.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Diagnostics, shapes, parameters and FLOPs per node and in total."""
    document = open_document(file)
    if not fix:
        if out is not None:
            raise typer.BadParameter("-o goes with --fix.")
        analysis, fixed = analysed(document), None
    else:
        if out is None and file.is_dir():
            raise NeuroloomError("The document of a run stays as it is. Name a file for what is mended with -o.")
        fixed, analysis = fix_safely(document, Analyser(standard_catalog()))
        if fixed or out is not None:
            save(document, out or file)
    if as_json:
        found = answer(document, analysis)
        emit(found if fixed is None else {**found, "fixed": [_mended(each) for each in fixed]})
    else:
        _show(document, analysis, fixed)
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
        "graph": diagnostic.graph,
        "within": list(diagnostic.within),
        "node": diagnostic.node,
        "port": diagnostic.port,
        "param": diagnostic.param,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "fixes": [fix.title for fix in diagnostic.fixes],
    }


def _mended(fixed: Fixed) -> dict[str, Any]:
    found = fixed.diagnostic
    return {"node": found.node, "within": list(found.within), "code": found.code, "fix": fixed.fix.title}


def show_diagnostics(found: list[Diagnostic], console: Console) -> None:
    """Diagnostics in words, each with its place and its fixes."""
    for diagnostic in found:
        where = f"{place(diagnostic)}: " if place(diagnostic) else ""
        console.print(
            f"{diagnostic.severity}: {where}{diagnostic.message}", style=STYLES[diagnostic.severity], markup=False
        )
        for fix in diagnostic.fixes:
            console.print(f"  → {fix.title}", style="dim", markup=False)


def _show(document: Document, analysis: Analysis, fixed: list[Fixed] | None) -> None:
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
    for each in fixed or ():
        where = f"{place(each.diagnostic)}: " if place(each.diagnostic) else ""
        console.print(f"fixed: {where}{each.fix.title}", style="green", markup=False)
    if fixed is not None and not fixed:
        console.print("fixed: nothing; no fix here is safe.", markup=False)
    show_diagnostics(list(analysis.diagnostics), console)
