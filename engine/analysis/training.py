"""What keeps a document from being trained."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.report import Analysis, Diagnostic, NodeReport
from engine.graph import MAIN, Document


def training_problems(document: Document, analysis: Analysis, graph: str = MAIN) -> list[Diagnostic]:
    """Every error, and what only training asks for: an input, a loss, weights that reach it. Empty: go."""
    errors = [diagnostic for diagnostic in analysis.diagnostics if diagnostic.severity == "error"]
    return errors or list(_lacks(document, analysis, graph))


def _lacks(document: Document, analysis: Analysis, graph: str) -> Iterator[Diagnostic]:
    roles = {id: report.kind.role for id, report in analysis.nodes.items() if report.kind is not None}
    losses = [id for id, role in roles.items() if role == "loss"]
    if not roles:
        yield _problem("empty", "The document is empty. Add an input, layers and a loss.", graph)
    elif "input" not in roles.values():
        yield _problem("no-input", "There is no input, so no data can enter. Add an input.", graph)
    elif not losses:
        message = "There is no loss, so there is nothing to make smaller. Add a loss and wire the output to it."
        yield _problem("no-loss", message, graph)
    else:
        drawn = document.graph(graph)
        upstream = set(losses).union(*(drawn.upstream(loss) for loss in losses))
        learning = [id for id in upstream if analysis.nodes[id].parameters]
        if learning and all(_is_frozen(analysis.nodes[id]) for id in learning):
            message = "There is nothing to learn: every layer with weights is frozen. Unfreeze one."
            yield _problem("nothing-to-learn", message, graph)
        elif not learning:
            message = "There is nothing to learn: no layer before a loss has weights. Add one, such as a Dense."
            yield _problem("nothing-to-learn", message, graph)


def _problem(code: str, message: str, graph: str) -> Diagnostic:
    return Diagnostic("error", code, message, graph=graph)


def _is_frozen(report: NodeReport) -> bool:
    return report.frozen == report.parameters
