"""The lines that make layers, give them their first weights, freeze and tie them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.analysis import Program, Step
from engine.catalog import Weighted
from engine.catalog.treatment import METHOD, Treatment
from engine.source.expressions import BODY, spelled
from engine.source.literals import Text, arguments, bracketed, identifier, literal
from engine.source.names import Attributes


def treated_lines(step: Step, names: Iterable[str]) -> list[str]:
    """The lines of `__init__` for what is done to the layers of a step once they are made."""
    return [_treated(name, treatment) for treatment in treatments(step) for name in names]


def tie_lines(program: Program, attributes: Attributes) -> list[str]:
    """The lines of `__init__` that let layers have tensors in common."""
    lines: list[str] = []
    for tie in program.ties:
        ours, theirs = (
            next(name for (owner, _), name in attributes.items() if owner == node)
            for node in (tie.node, tie.owner)
        )
        lines.append(f"{BODY}{path_of(ours, tie.tensor)} = {path_of(theirs, tie.tensor)}")
    return lines


def treatments(step: Step) -> Iterator[Treatment]:
    """What is done to the layers of a step once they are made."""
    if isinstance(step.kind, Weighted) and step.kind.has_options() and not step.owner:
        yield from step.kind.treatments(step.inputs)


def path_of(attribute: str, tensor: str, root: str = "self") -> Text:
    """How source reads a tensor of a layer: `self.conv1.weight`, `self.block.net[0].weight`."""
    path = root
    for part in (*attribute.split("."), *(tensor.split(".") if tensor else ())):
        path += f"[{int(part)}]" if part.isdecimal() else f".{identifier(part)}"
    return Text(path)


def _treated(attribute: str, treatment: Treatment) -> str:
    path = path_of(attribute, treatment.tensor)
    subject = path if treatment.row is None else Text(f"{path}[{literal(treatment.row)}]")
    if treatment.target.startswith(METHOD):
        method = identifier(treatment.target.removeprefix(METHOD))
        return bracketed(f"{subject}.{method}(", arguments(treatment.args, treatment.kwargs), ")", BODY)
    printed = arguments((subject, *treatment.args), treatment.kwargs)
    return bracketed(f"{spelled(treatment.target)}(", printed, ")", BODY)
