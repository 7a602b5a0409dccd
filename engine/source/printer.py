"""A document as a Python file that one could hand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from engine.analysis import Analysis, Plan, Program, Value, analyse, plan
from engine.analysis.program import all_steps
from engine.catalog import Catalog, Name, Shape
from engine.errors import BuildError
from engine.graph import Document
from engine.recipe import Recipe
from engine.source.blocks import BlockClasses
from engine.source.copied import ROOT, Copied, Definition, Import, copied
from engine.source.expressions import BODY, INFIX, METHOD, Lines, calls
from engine.source.imports import ALWAYS, import_lines, imports_for
from engine.source.literals import INDENT, Text, bracketed, docstring
from engine.source.making import treatments
from engine.source.names import attributes, entry, variables
from engine.source.training import optimizer_of, train_function, train_imports

BY_OBJECTIVES: Final = (
    "Its objectives are trained in turn, each by an optimizer of its own; that is left out here."
)
OWN_NAMES: Final = frozenset(
    {"F", "Net", "Criterion", "criterion", "train", "Tensor", "Iterable", "Sequence", "reversed"}
)


def python_source(
    document: Document, catalog: Catalog | None = None, analysis: Analysis | None = None, *, training: bool = True
) -> str:
    """The document as PyTorch source: class `Net`, function `criterion`, and `train` by the recipe.

    It computes what the compiled graph module computes, with the same state-dict keys, and after
    `torch.manual_seed(seed)` starts from the same weights. Torch is not imported to print it. `analysis`
    is that of the document as it is now, made here unless given.

    Raises:
        BuildError: a node is in error.
    """
    if catalog is None:
        from engine.nodes import standard_catalog

        catalog = standard_catalog()
    analysis = analysis or analyse(document, catalog)
    planned = plan(document, analysis, catalog)
    printer = _Printer(document, analysis, planned)
    parts = [*printer.blocks(), printer.network()]
    if planned.criterion.outputs:
        parts.append(printer.criterion())
        if training and planned.losses and analysis.recipe is not None:
            parts += printer.train(analysis.recipe)
    return printer.file(parts)


class _Printer:
    """Prints the parts of one file."""

    def __init__(self, document: Document, analysis: Analysis, planned: Plan) -> None:
        self._document, self._analysis, self._plan = document, analysis, planned
        self._remarks: list[str] = []
        targets = [*_targets(planned), *_copied_optimizer(analysis)]
        self._copies = _copies(targets)
        self._imports: set[Import] = {*ALWAYS, *imports_for(targets)}
        self._imports.update(found for copy in self._copies for found in copy.imports)
        bound = {name for copy in self._copies for _, _, name in copy.imports}
        self._globals = OWN_NAMES | bound | {d.name for copy in self._copies for d in copy.definitions}
        self._classes = BlockClasses(planned, self._globals)
        self._attributes = attributes(planned)
        self._variables = variables(planned, self._globals)

    def blocks(self) -> list[str]:
        """A class for each block, inner ones first."""
        return self._classes.texts()

    def network(self) -> str:
        """Class `Net`."""
        program = self._plan.network
        lines = Lines(self._variables, self._attributes)
        lines.run(program)
        takes = [entry(held) for held in program.placeholders]
        gives = [lines.text(value) for value in program.outputs]
        lines.lines.append(f"{BODY}return {_returned(gives)}")
        what = [
            _line(self._document.title) or "A network.",
            "",
            *_shapes("Takes", ((self._variables[entry(held)], held.shape) for held in program.placeholders)),
            *_shapes("Returns", ((lines.text(value), self._shape(value)) for value in program.outputs)),
        ]
        answer = "Tensor" if len(gives) == 1 else f"tuple[{', '.join(['Tensor'] * len(gives)) or '()'}]"
        return _module("Net", what, self._layers(program), self._signature(takes, answer), lines.lines)

    def criterion(self) -> str:
        """Function `criterion`, or class `Criterion` where it has layers."""
        program = self._plan.criterion
        made = self._layers(program)
        lines = Lines(self._variables, self._attributes, BODY if made else INDENT)
        lines.run(program)
        scores = [f'"{value.node}": {lines.text(value)}' for value in program.outputs]
        lines.lines.append(bracketed("return {", scores, "}", lines.indent))
        takes = [*self._plan.network.outputs, *(entry(held) for held in program.placeholders)]
        what = "Losses and metrics by name, each a single number."
        answer = "dict[str, Tensor]"
        if made:
            return _module("Criterion", [what], made, self._signature(takes, answer), lines.lines)
        head = bracketed("def criterion(", self._takes(takes), f") -> {answer}:", "")
        return "\n".join([head, docstring([what], INDENT), *lines.lines])

    def train(self, recipe: Recipe) -> list[str]:
        """Function `train`, where the recipe's optimizer is known; none for objectives in turn."""
        optimizer = optimizer_of(recipe)
        if recipe.objectives:
            self._remarks += ["", BY_OBJECTIVES]
        if optimizer is None or recipe.objectives:
            return []
        self._imports |= train_imports(optimizer, recipe)
        stateful = bool(self._layers(self._plan.criterion))
        return [train_function(self._plan, optimizer, recipe, stateful=stateful)]

    def file(self, parts: list[str]) -> str:
        """The parts with docstring, imports and copied layers in front."""
        definitions = "".join(f"{definition.text}\n\n\n" for definition in _definitions(self._copies))
        notes = self._document.notes.strip().splitlines()
        title = _line(self._document.title) or "A neural network."
        head = [title, *(["", *notes] if notes else []), *self._remarks]
        future = "from __future__ import annotations\n\n" if self._copies else ""
        body = "\n\n\n".join(parts)
        return f"{docstring(head)}\n\n{future}{import_lines(self._imports)}\n\n\n{definitions}{body}\n"

    def _layers(self, program: Program) -> list[str]:
        return self._classes.layer_lines(program, self._attributes)

    def _signature(self, takes: list[Value], answer: str) -> str:
        return bracketed("def forward(", ["self", *self._takes(takes)], f") -> {answer}:", INDENT)

    def _takes(self, values: Iterable[Value]) -> list[str]:
        return [f"{self._variables[value]}: Tensor" for value in values]

    def _shape(self, value: Value) -> Shape:
        return self._analysis.nodes[value.node].outputs[value.port]


def _module(title: str, what: list[str], made: list[str], signature: str, forward: list[str]) -> str:
    lines = [f"class {title}(nn.Module):", docstring(what, INDENT), ""]
    if made:
        lines += [f"{INDENT}def __init__(self) -> None:", f"{BODY}super().__init__()", *made, ""]
    return "\n".join([*lines, signature, *forward])


def _line(text: str) -> str:
    return " ".join(text.split())


def _returned(texts: list[Text]) -> str:
    return ", ".join(texts) if texts else "()"


def _shapes(title: str, shapes: Iterable[tuple[str, Shape]]) -> list[str]:
    lines = [f"{INDENT}{name}: {_shape_words(shape)}" for name, shape in shapes]
    return [f"{title}:", *lines] if lines else []


def _shape_words(shape: Shape) -> str:
    sizes = ", ".join(map(str, shape.sizes)) + ("," if len(shape.sizes) == 1 else "")
    return f"({sizes})" + ("" if shape.dtype == "float32" else f" of {shape.dtype}")


def _copied_optimizer(analysis: Analysis) -> list[str]:
    """The recipe's optimizer, where its text is to be copied."""
    optimizer = optimizer_of(analysis.recipe) if analysis.recipe is not None else None
    return [optimizer.target] if optimizer is not None and optimizer.target.startswith(ROOT) else []


def _copies(targets: Iterable[str]) -> list[Copied]:
    found = [copied(target) for target in targets if target.startswith(ROOT)]
    by_name: dict[str, str] = {}
    for definition in _definitions(found):
        if by_name.setdefault(definition.name, definition.text) != definition.text:
            raise BuildError(f'Two different layers to copy are called "{definition.name}".')
    return found


def _targets(planned: Plan) -> list[str]:
    """Every dotted name that the source spells out, each once, in order of use."""
    found: dict[str, None] = {}
    for step in all_steps((planned.network, planned.criterion)):
        if step.body is not None and step.body.is_recurrent:
            found["torch.stack"] = None
        for made in calls(tuple(step.calls.values()) if step.body is None else ()):
            if not (made.build is None and (made.target in INFIX or made.target.startswith(METHOD))):
                found[made.target] = None
            values = (*made.args, *made.kwargs.values(), *(made.build or {}).values())
            found.update((target, None) for target in _named(values))
        found.update((treatment.target, None) for treatment in treatments(step))
    return list(found)


def _named(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, Name):
            yield value.target
        elif isinstance(value, (tuple, list)):
            yield from _named(value)


def _definitions(copies: Iterable[Copied]) -> list[Definition]:
    return list({definition: None for copy in copies for definition in copy.definitions})
