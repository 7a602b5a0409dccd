"""The calls of one node as lines of a forward pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from engine.analysis import Body, Program, Step, Value
from engine.catalog import Call, Expr, Item, Name
from engine.catalog.fold import fold
from engine.source.copied import ROOT
from engine.source.literals import INDENT, Text, arguments, assigned, dotted, literal
from engine.source.names import Attributes, claim, needed, scratch

METHOD: Final = "torch.Tensor."
ALIASES: Final = (("torch.nn.functional.", "F."), ("torch.nn.", "nn."))
ARITHMETIC: Final = (
    *(("add", "+"), ("sub", "-"), ("mul", "*"), ("matmul", "@")),
    *(("div", "/"), ("truediv", "/"), ("pow", "**")),
)
COMPARISONS: Final = (("gt", ">"), ("ge", ">="), ("lt", "<"), ("le", "<="), ("eq", "=="), ("ne", "!="))
INFIX: Final = {
    **{f"{root}.{name}": sign for root in ("torch", "operator") for name, sign in ARITHMETIC},
    **{f"operator.{name}": sign for name, sign in COMPARISONS},
}
NEGATION: Final = ("torch.neg", "operator.neg")
BODY: Final = INDENT * 2


def spelled(target: str) -> str:
    """A dotted target as source names it: `F.relu`, `nn.Conv2d`, `torch.flatten`."""
    name = dotted(target)
    if name.startswith(ROOT):
        return name.rpartition(".")[2]
    for prefix, alias in ALIASES:
        if name.startswith(prefix):
            return alias + name.removeprefix(prefix)
    return name


def spelled_value(value: Any) -> Any:
    """An argument to make a layer with, as source names it."""
    if isinstance(value, Name):
        return Text(spelled(value.target))
    return type(value)(map(spelled_value, value)) if type(value) in (tuple, list) else value


class Lines:
    """The body of a forward pass: one line a node, variables named after the nodes."""

    def __init__(self, variables: Mapping[Value, str], attributes: Attributes, indent: str = BODY) -> None:
        self.lines: list[str] = []
        self.indent = indent
        self.attributes = attributes
        self.taken = set(variables.values())
        self._variables = variables
        self._texts = {value: Text(name) for value, name in variables.items()}

    def run(self, program: Program) -> None:
        """Print the steps of a program; values that nobody needs are left out."""
        wanted = needed(program)
        for step in program.steps:
            self._step(step, wanted)

    def text(self, value: Value) -> Text:
        """The variable that holds a value."""
        return self._texts[value]

    def _step(self, step: Step, wanted: frozenset[Value]) -> None:
        if step.body is not None and _is_looped(step, step.body):
            self._loop(step, step.body)
            return
        ports = {port: call for port, call in step.calls.items() if Value(step.node, port) in wanted}
        feeds = {port: [self._texts[value] for value in values] for port, values in step.feeds.items()}
        names = {id(call): self._variables[Value(step.node, port)] for port, call in ports.items()}
        reader = _StepReader(self, step.node, names, _uses(ports.values()))
        for port, text in fold(ports, feeds, reader).items():
            value = Value(step.node, port)
            if text.isidentifier():
                self._texts[value] = text
            else:
                self.lines.append(assigned(self._variables[value], text, self.indent))

    def _loop(self, step: Step, body: Body) -> None:
        """Repetitions that no chain of modules can compute: each takes what the one before gave."""
        names = [self._variables[Value(step.node, port)] for port in step.calls]
        entering = [self._texts[step.feeds[port][0]] for port in body.ports]
        attribute = self.attributes[step.node, ""]
        layer = claim("layer", self.taken)
        turns = f"_ in range({body.kind.repeat})" if body.kind.share_weights else f"{layer} in self.{attribute}"
        callee = f"self.{attribute}" if body.kind.share_weights else layer
        taken, given = ", ".join((*names, *entering[len(names) :])), ", ".join(names)
        self.lines += [
            f"{self.indent}{given} = {', '.join(entering[: len(names)])}",
            f"{self.indent}for {turns}:",
            f"{self.indent}{INDENT}{given} = {callee}({taken})",
        ]


def _is_looped(step: Step, body: Body) -> bool:
    return body.kind.repeat > 1 and (body.kind.share_weights or len(step.calls) > 1 or len(body.ports) > 1)


class _StepReader:
    """Prints the calls of one node; a call that is used several times gets a line of its own first."""

    def __init__(self, lines: Lines, node: str, names: Mapping[int, str], uses: Counter[int]) -> None:
        self._lines, self._node, self._names, self._uses = lines, node, names, uses

    def call(self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Text:
        text = self._printed(call, args, kwargs)
        if self._uses[id(call)] < 2:
            return text
        name = self._names.get(id(call)) or claim(scratch(self._node, call), self._lines.taken)
        self._lines.lines.append(assigned(name, text, self._lines.indent))
        return Text(name)

    def item(self, item: Item, of: Text) -> Text:
        return Text(f"{of.inside()}[{literal(item.index)}]")

    def name(self, name: Name) -> Text:
        return Text(spelled(name.target))

    def _printed(self, made: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Text:
        if made.build is not None:
            name = self._lines.attributes[self._node, made.part]
            return Text.call(f"self.{name}", arguments(args, kwargs))
        sign = INFIX.get(made.target)
        if sign and len(args) == 2 and not kwargs:
            left, right = map(_operand, args)
            return Text(f"{left.inside(sign)} {sign} {right.inside(sign, right=True)}", sign)
        if made.target in NEGATION and len(args) == 1 and not kwargs:
            return Text(f"-{_operand(args[0]).inside('-x')}", "-x")
        if made.target.startswith(METHOD) and args:
            method = dotted(made.target.removeprefix(METHOD))
            return Text.call(f"{_operand(args[0]).inside()}.{method}", arguments(args[1:], kwargs))
        return Text.call(spelled(made.target), arguments(args, kwargs))


def _operand(value: Any) -> Text:
    """A value beside an infix sign."""
    return value if isinstance(value, Text) else Text(literal(value), "-x" if _negative(value) else "")


def _negative(value: Any) -> bool:
    return isinstance(value, (int, float)) and literal(value).startswith("-")


def _uses(expressions: Iterable[Expr]) -> Counter[int]:
    """How often each call appears, by identity."""
    return Counter(id(call) for call in calls(tuple(expressions)))


def calls(value: Any, known: set[int] | None = None) -> Iterator[Call]:
    """Every call in an expression, each as often as it appears; what it takes, once."""
    known = set() if known is None else known
    if isinstance(value, Item):
        yield from calls(value.of, known)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from calls(part, known)
    elif isinstance(value, Call):
        yield value
        if id(value) not in known:
            known.add(id(value))
            yield from calls((*value.args, *value.kwargs.values()), known)
