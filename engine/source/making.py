"""The lines that make layers, give them their first weights, freeze and tie them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.analysis import Program, Step
from engine.catalog import Call, Name, Weighted
from engine.catalog.call import layers
from engine.catalog.treatment import METHOD, Treatment
from engine.source.expressions import BODY, spelled
from engine.source.literals import Text, arguments, assigned, bracketed, identifier, literal
from engine.source.names import Attributes


def layer_lines(program: Program, attributes: Attributes) -> list[str]:
    """The lines of `__init__` for the layers of a program."""
    lines: list[str] = []
    for step in program.steps:
        names = [attributes[step.node, call.part] for call in layers(step.calls)] if not step.owner else []
        lines += [_layer(name, call) for name, call in zip(names, layers(step.calls), strict=False)]
        lines += [_treated(name, treatment) for treatment in treatments(step) for name in names]
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
    path = f"{root}.{identifier(attribute)}"
    for part in tensor.split(".") if tensor else ():
        path += f"[{int(part)}]" if part.isdecimal() else f".{identifier(part)}"
    return Text(path)


def _layer(attribute: str, made: Call) -> str:
    build = {name: _value(value) for name, value in (made.build or {}).items()}
    return assigned(f"self.{attribute}", Text.call(spelled(made.target), arguments((), build)), BODY)


def _treated(attribute: str, treatment: Treatment) -> str:
    path = path_of(attribute, treatment.tensor)
    subject = path if treatment.row is None else Text(f"{path}[{literal(treatment.row)}]")
    if treatment.target.startswith(METHOD):
        method = identifier(treatment.target.removeprefix(METHOD))
        return bracketed(f"{subject}.{method}(", arguments(treatment.args, treatment.kwargs), ")", BODY)
    printed = arguments((subject, *treatment.args), treatment.kwargs)
    return bracketed(f"{spelled(treatment.target)}(", printed, ")", BODY)


def _value(value: Any) -> Any:
    if isinstance(value, Name):
        return Text(spelled(value.target))
    return type(value)(map(_value, value)) if type(value) in (tuple, list) else value
