"""Classes of blocks: one for each graph, with what differs from place to place as parameters."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from engine.analysis import Body, Plan, Program, Step
from engine.analysis.program import all_steps
from engine.catalog import Call
from engine.catalog.call import layers
from engine.source.expressions import BODY, Lines, spelled, spelled_value
from engine.source.literals import INDENT, Text, bracketed, docstring, literal
from engine.source.making import tie_lines, treated_lines
from engine.source.names import Attributes, attributes_of, claim, entry, variables_of
from engine.source.scanning import STEP, loop

Slot = tuple[str, int, str]
"""A layer's attribute, its place among repetitions, and an argument of its making."""


class Part(msgspec.Struct, frozen=True):
    """What makes a layer; `count` of them follow each other."""

    target: str
    build: dict[str, Any]
    count: int = 1


class Made(msgspec.Struct, frozen=True):
    """A layer of a class: one, a chain of repetitions, or a list to loop over; `then` are lines after it."""

    attribute: str
    parts: tuple[Part, ...]
    repeated: bool = False
    looped: bool = False
    then: tuple[str, ...] = ()

    @property
    def form(self) -> Any:
        """What must be equal in all places that one class serves."""
        parts = tuple((part.target, tuple(part.build), part.count) for part in self.parts)
        return self.attribute, parts, self.repeated, self.looped, self.then

    def lines(self, free: Mapping[Slot, str]) -> list[str]:
        """The lines of `__init__` that make it; `free` arguments are parameters of it."""
        return [self._line(free), *self.then]

    def _line(self, free: Mapping[Slot, str]) -> str:
        calls = [self._call(place, part, free) for place, part in enumerate(self.parts)]
        name = f"self.{self.attribute}"
        if not self.repeated:
            opening, printed = calls[0].parts or ("", [])
            return bracketed(f"{name} = {opening}", printed, ")", BODY)
        items = [
            text if part.count == 1 else f"*({text} for _ in range({part.count}))"
            for text, part in zip(calls, self.parts, strict=True)
        ]
        opening, closing = ("nn.ModuleList([", "])") if self.looped else ("nn.Sequential(", ")")
        return bracketed(f"{name} = {opening}", items, closing, BODY)

    def _call(self, place: int, part: Part, free: Mapping[Slot, str]) -> Text:
        shown = {
            name: Text(free[slot]) if (slot := (self.attribute, place, name)) in free else value
            for name, value in part.build.items()
        }
        return Text.call(part.target, [f"{name}={literal(value)}" for name, value in shown.items()])


class _Place(msgspec.Struct, frozen=True, eq=False):
    """A block's graph as one place has it: its layers, and its forward pass as text."""

    body: Body
    made: tuple[Made, ...]
    ties: tuple[str, ...]
    forward: tuple[str, ...]

    @property
    def form(self) -> Any:
        return tuple(each.form for each in self.made), self.ties, self.forward

    def arguments(self) -> dict[Slot, Any]:
        return {
            (made.attribute, place, name): value
            for made in self.made
            for place, part in enumerate(made.parts)
            for name, value in part.build.items()
        }


class _Class(msgspec.Struct):
    """A class for all places that are alike; `free` names the arguments that differ among them."""

    name: str
    places: list[_Place]
    free: dict[Slot, str] = {}

    def build(self, place: _Place) -> dict[str, Any]:
        """The arguments with which a place makes it."""
        values = place.arguments()
        return {name: values[slot] for slot, name in self.free.items()}

    def text(self) -> str:
        """The class as source."""
        block = self.places[0].body.kind
        first = " ".join((block.block.notes.strip().partition("\n")[0] or f"{block.title}.").split())
        lines = [f"class {self.name}(nn.Module):", docstring([first], INDENT), ""]
        here = self.places[0]
        made = [*(line for each in here.made for line in each.lines(self.free)), *here.ties]
        if made:
            takes = [f"{name}: {self._type(name)}" for name in dict.fromkeys(self.free.values())]
            lines += [
                bracketed("def __init__(", ["self", *takes], ") -> None:", INDENT),
                f"{BODY}super().__init__()",
                *made,
                "",
            ]
        return "\n".join([*lines, *self.places[0].forward])

    def _type(self, name: str) -> str:
        slots = [slot for slot, known in self.free.items() if known == name]
        values = [place.arguments()[slot] for place in self.places for slot in slots]
        return " | ".join(sorted({_type_of(value) for value in values}))


class BlockClasses:
    """The classes behind the blocks of a plan; `taken` are names that the file uses already."""

    def __init__(self, plan: Plan, taken: Iterable[str]) -> None:
        self._globals = frozenset(taken)
        self._taken = {*self._globals, *dir(builtins)}
        self._classes: list[_Class] = []
        self._of: dict[int, tuple[_Class, _Place]] = {}
        graphs: dict[str, list[tuple[Body, Program]]] = {}
        for step in all_steps((plan.network, plan.criterion)):
            if step.body is not None:
                graphs.setdefault(step.body.kind.graph, []).extend(
                    (step.body, each) for each in step.body.programs
                )
        for name, found in graphs.items():
            self._add(name, found)

    def texts(self) -> list[str]:
        """The text of each class, inner ones first."""
        return [made.text() for made in self._classes]

    def layer_lines(self, program: Program, attributes: Attributes) -> list[str]:
        """The lines of `__init__` for the layers of a program."""
        made = (line for each in self._made(program, attributes) for line in each.lines({}))
        return [*made, *tie_lines(program, attributes)]

    def _made(self, program: Program, attributes: Attributes) -> list[Made]:
        found: list[Made] = []
        for step in program.steps:
            if step.owner:
                continue
            if step.body is not None:
                found.append(self._placed(attributes[step.node, ""], step, step.body))
            else:
                found += _own_layers(step, attributes)
        return found

    def _placed(self, attribute: str, step: Step, body: Body) -> Made:
        parts = []
        for program, count in zip(body.programs, body.counts, strict=True):
            made, place = self._of[id(program)]
            parts.append(Part(made.name, made.build(place), count))
        if body.kind.repeat == 1 or body.kind.share_weights:
            return Made(attribute, tuple(parts[:1]))
        return Made(attribute, tuple(parts), repeated=True, looped=len(step.calls) > 1 or len(body.ports) > 1)

    def _add(self, graph: str, places: Sequence[tuple[Body, Program]]) -> None:
        classes: dict[Any, _Class] = {}
        for body, program in places:
            place = self._place(body, program)
            if place.form not in classes:
                classes[place.form] = _Class(claim(_camel(graph), self._taken), [])
            classes[place.form].places.append(place)
            self._of[id(program)] = classes[place.form], place
        for made in classes.values():
            made.free = _free(made.places, self._taken)
        self._classes += classes.values()

    def _place(self, body: Body, program: Program) -> _Place:
        attributes, names = attributes_of(program.steps), variables_of([program], self._globals)
        text = Lines(names, attributes)
        text.run(program)
        text.lines.append(f"{BODY}return {', '.join(text.text(value) for value in program.outputs)}")
        held = [names[entry(each)] for each in program.placeholders]
        made = self._made(program, attributes)
        if body.is_recurrent:
            for state in body.states:
                made += _own_layers(state.first, {(state.node, ""): state.node}) if not state.port else ()
        step = claim(STEP, {each.attribute for each in made})
        what = step if body.is_recurrent else "forward"
        forward = [signature(what, held, len(program.outputs)), *text.lines]
        if body.is_recurrent:
            given, answers, lines = loop(body, held, step, self._globals)
            forward += ["", signature("forward", given, answers), *lines]
        return _Place(body, tuple(made), tuple(tie_lines(program, attributes)), tuple(forward))


def _own_layers(step: Step, attributes: Attributes) -> list[Made]:
    """The layers of a step that is no block, with what is done to them behind the last."""
    calls = layers(step.calls)
    names = [attributes[step.node, call.part] for call in calls]
    found = [_plain(name, call) for name, call in zip(names, calls, strict=True)]
    if found:
        found[-1] = msgspec.structs.replace(found[-1], then=tuple(treated_lines(step, names)))
    return found


def _plain(attribute: str, call: Call) -> Made:
    build = {name: spelled_value(value) for name, value in (call.build or {}).items()}
    return Made(attribute, (Part(spelled(call.target), build),))


def signature(name: str, takes: Iterable[str], gives: int) -> str:
    """The head of a method from tensors to tensors."""
    answer = "Tensor" if gives == 1 else f"tuple[{', '.join(['Tensor'] * gives) or '()'}]"
    return bracketed(f"def {name}(", ["self", *(f"{each}: Tensor" for each in takes)], f") -> {answer}:", INDENT)


def _free(places: Sequence[_Place], avoid: Collection[str]) -> dict[Slot, str]:
    """Names for the arguments that differ: a promoted parameter's, where it is the same in all places."""
    values = [place.arguments() for place in places]
    promoted = [place.body.kind.names() for place in places]
    taken = {*avoid, *promoted[0]}
    found: dict[Slot, str] = {}
    for slot in values[0]:
        here = [each[slot] for each in values]
        if all(value == here[0] and type(value) is type(here[0]) for value in here):
            continue
        known = (
            name for name in promoted[0] if name not in avoid and [each.get(name) for each in promoted] == here
        )
        attribute, _, argument = slot
        found[slot] = next(known, "") or claim(f"{attribute.replace('.', '_')}_{argument}", taken)
    return found


def _type_of(value: Any) -> str:
    if isinstance(value, tuple):
        return f"tuple[{', '.join(map(_type_of, value)) or '()'}]"
    if isinstance(value, Text):  # a printed name: of a function, or of a torch type
        return "object"
    return "None" if value is None else type(value).__name__


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
