"""The blocks of a document as kinds: each graph but the main one, made anew when it changes."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final, Self

import networkx as nx

from engine.analysis.ends import Ends, ends
from engine.analysis.nesting import endless
from engine.analysis.report import Inside
from engine.catalog import Call, Catalog, Expr, Inputs, NodeKind, Port, Shapes
from engine.errors import NeuroloomError, ParamError, ShapeError, UnknownIdError
from engine.graph import Block, Document, Graph, Promoted, graph_of, kind_of
from engine.spec import Param, Values, is_formula, param, solved

MOST_REPEATS: Final = 1_000
MOST_KEPT: Final = 256


class BlockKind(NodeKind):
    """A graph of the document, placed as a node."""

    category = "Block"
    icon = "mdi6.cube-outline"
    role = "layer"

    graph: ClassVar[str] = ""
    """Name of the graph behind it."""
    drawn: ClassVar[Graph]
    block: ClassVar[Block]
    ends: ClassVar[Ends] = Ends()
    formulas: ClassVar[dict[str, Any]] = {}
    look: ClassVar[Callable[..., Inside]]
    known: ClassVar[dict[Any, Inside]]

    # Not annotated, so that they are no fields here and stand behind the promoted parameters of each block.
    repeat = 1
    share_weights = False
    share_with = ""
    reverse = False

    @classmethod
    def _read(cls, values: Values) -> tuple[Self | None, list[ParamError]]:
        try:
            defaults = solved(cls.formulas, {name: values[name] for name in cls.formulas if name in values})
        except ParamError as error:
            return None, [error]
        return super()._read({**defaults, **values})

    def names(self) -> dict[str, Any]:
        """The parameters that nodes inside may use."""
        return {name: getattr(self, name) for name in self.formulas}

    def inside(self, inputs: Inputs) -> Inside:
        """What is known of the graph behind this node for what comes in."""
        key = (self, tuple((port, inputs.many(port)) for port in inputs))
        found = self.known.get(key)
        if found is None:
            if len(self.known) >= MOST_KEPT:
                self.known.clear()
            found = self.known[key] = type(self).look(self, inputs)
        return found

    def shapes(self, inputs: Inputs) -> Shapes:
        """What leaves the graph.

        Raises:
            ShapeError: something inside is wrong, for what comes in.
        """
        inside = self.inside(inputs)
        if inside.outputs is None:
            cause = inside.cause
            where = f" at {cause.node}" if cause is not None and cause.node else ""
            message = cause.message if cause is not None else "An output is not wired."
            raise ShapeError(f"Inside {self.title}{where}: {message}", port="", suggestion="Go in to mend it.")
        return inside.outputs

    def fitting(self, inputs: Inputs) -> dict[str, int]:
        """A parameter, with the size of an axis that comes in, with which all inside takes what comes in."""
        shapes = [shape for port in inputs for shape in inputs.many(port) if shape.rank > 1]
        sizes = {
            size: None for shape in shapes for size in (shape.sizes[1], shape.sizes[-1]) if isinstance(size, int)
        }
        own = [name for name, value in self.names().items() if type(value) is int]
        given = self._given()
        for name, size in itertools.product(own, sizes):
            try:
                changed = type(self).parse({**given, name: size})
            except NeuroloomError:
                continue
            if changed.inside(inputs).outputs is not None:
                return {name: size}
        return {}

    def _given(self) -> Values:
        """The values without those that follow from others."""
        values, formulas = self.values(), self.formulas
        plain = {name: values[name] for name, default in formulas.items() if not is_formula(default)}
        following = solved(formulas, plain)
        return {
            name: value
            for name, value in values.items()
            if name in plain or name not in formulas or value != following[name]
        }

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Those of all that is inside, each time that it is computed."""
        return self.inside(inputs).flops

    def calls(self, inputs: Inputs) -> dict[str, Expr]:  # noqa: ARG002
        """A block is computed node by node, see `engine.analysis.program`."""
        return {port.name: Call("torch.nn.Identity") for port in self.output_ports()}

    def card(self) -> str:
        """`× 3` where it repeats, and the parameters that are shown."""
        shown = super().card()
        times = f"× {self.repeat}" if self.repeat > 1 else ""
        return ", ".join(part for part in (times, shown) if part)


def is_taken(name: str) -> bool:
    """Whether every block has something of that name already, so that no parameter of one can be called so."""
    return hasattr(BlockKind, name) or any(name in inspect.get_annotations(base) for base in BlockKind.__mro__)


Look = Callable[[BlockKind, Inputs], Inside]
"""Analyses the graph behind a kind for what comes in."""


class DocumentCatalog(Catalog):
    """The kinds of a catalogue and the blocks of a document."""

    def __init__(self, standard: Catalog) -> None:
        super().__init__()
        self.standard = standard
        self.blocks: dict[str, type[BlockKind]] = {}

    def __getitem__(self, id: str) -> type[NodeKind]:
        found = self.get(id)
        if found is None:
            raise UnknownIdError(self.family, id, self.ids())
        return found

    def get(self, id: str) -> type[NodeKind] | None:
        return self.blocks.get(id) or self.standard.get(id)

    def __contains__(self, id: object) -> bool:
        return id in self.blocks or id in self.standard

    def __iter__(self) -> Iterator[type[NodeKind]]:
        yield from self.standard
        yield from self.blocks.values()

    def __len__(self) -> int:
        return len(self.standard) + len(self.blocks)

    def ids(self) -> list[str]:
        return [*self.standard.ids(), *self.blocks]


class Blocks:
    """Keeps the kinds behind a document's blocks in step with it; `generation` grows with every change of them."""

    def __init__(self, catalog: Catalog, look: Look) -> None:
        self.catalog = DocumentCatalog(catalog)
        self._look = look
        self._signatures: dict[str, Any] = {}
        self._drawings: tuple[tuple[str, Graph, int, Block], ...] = ()
        self.unsound: dict[str, str] = {}
        self.generation = 0

    def update(self, document: Document) -> bool:
        """Make the kinds of graphs that changed anew, and of those that hold them; whether any is new."""
        names = document.blocks()
        drawings = tuple([_drawing(document, name) for name in names])
        if drawings == self._drawings:
            return False
        self._drawings = drawings
        self.generation += 1
        held = nx.DiGraph()
        held.add_nodes_from(names)
        for name in names:
            placed = dict.fromkeys(graph_of(node) for node in document.graph(name).nodes())
            held.add_edges_from((name, other) for other in placed if other in held)
        self.unsound = endless(held) | _misnamed({name: document.block(name) for name in names})
        sound = held.subgraph(held.nodes - self.unsound.keys())
        before, self._signatures = self._signatures, {}
        changed = False
        for name in reversed(list(nx.topological_sort(sound))):
            drawn, block = document.graph(name), document.block(name)
            inner = tuple(sorted((other, self._signatures[other]) for other in sound.successors(name)))
            signature = (id(drawn), drawn.version, block, inner)
            old = before.get(name)
            if old is not None and old[1] == signature:
                self._signatures[name] = old
                continue
            changed = True
            self._signatures[name] = (object(), signature)
            self.catalog.blocks[kind_of(name)] = _kind(name, drawn, block, self.catalog.standard, self._look)
        gone = self.catalog.blocks.keys() - {kind_of(name) for name in sound}
        for id_ in gone:
            del self.catalog.blocks[id_]
        return changed or bool(gone)


def _drawing(document: Document, name: str) -> tuple[str, Graph, int, Block]:
    """A block as it is now; equal for two moments between which nothing has changed it."""
    drawn = document.graph(name)
    return name, drawn, drawn.version, document.block(name)


def _misnamed(blocks: Mapping[str, Block]) -> dict[str, str]:
    """Why graphs whose parameters are called as what every block has cannot be placed."""
    message = 'A parameter of a block cannot be called "{}": every block has that already. Give it another name.'
    wrong = {
        name: next(filter(is_taken, (each.name for each in block.params)), "") for name, block in blocks.items()
    }
    return {name: message.format(param) for name, param in wrong.items() if param}


def _kind(name: str, drawn: Graph, block: Block, base: Catalog, look: Look) -> type[BlockKind]:
    """The class of a graph: its ports and parameters are those drawn inside."""
    recurrent = block.form == "recurrent"
    fields = {promoted.name: _field(promoted, block, base) for promoted in block.params}
    own: dict[str, tuple[Any, Any]] = {
        "repeat": (int, param(1, "How often it follows itself, fed with what it gave.", low=1, high=MOST_REPEATS)),
        "share_weights": (bool, param(False, "Whether all repetitions use the same weights.")),
        "share_with": (
            str,
            param("", "Node of the same block whose weights this one uses; empty for its own.", editor="node"),
        ),
    }
    if recurrent:
        own["reverse"] = (bool, param(False, "Run from the last time step to the first."))
    found = ends(drawn, base)
    namespace: dict[str, Any] = {
        "__doc__": _help(block),
        "__module__": __name__,
        "__annotations__": {field: annotation for field, (annotation, _) in (fields | own).items()},
        **{field: default for field, (_, default) in (fields | own).items()},
        "id": kind_of(name),
        "title": block.title or name,
        "icon": "mdi6.refresh" if recurrent else BlockKind.icon,
        "aliases": (name,),
        "inputs": tuple(Port(end.name, end.help) for end in found.inputs),
        "outputs": tuple(Port(end.name, end.help) for end in found.exits),
        "ends": found,
        "graph": name,
        "drawn": drawn,
        "block": block,
        "formulas": {promoted.name: promoted.default for promoted in block.params},
        "look": staticmethod(look),
        "known": {},
    }
    return type(name, (BlockKind,), namespace)


def _help(block: Block) -> str:
    first, _, more = block.notes.strip().partition("\n")
    params = [f"{promoted.name} = {promoted.default}: {promoted.help}".strip(": ") for promoted in block.params]
    return "\n\n".join((first.strip() or "A block drawn in this document.", *params, more.strip())).strip()


def _like(promoted: Promoted, base: Catalog) -> Param | None:
    kind, _, name = promoted.like.partition(".")
    declared = base.get(kind)
    return declared.params.get(name) if declared is not None else None


def _field(promoted: Promoted, block: Block, base: Catalog) -> tuple[Any, Any]:
    """Type and declaration of a promoted parameter, like that of the kind it comes from."""
    help = promoted.help or f"{promoted.name.replace('_', ' ').capitalize()} of the block."
    default = promoted.default
    if is_formula(default):
        try:
            default = solved({each.name: each.default for each in block.params}, {})[promoted.name]
        except ParamError:
            default = 1
    like = _like(promoted, base)
    if like is not None:
        try:
            default = like.parse(default)
        except ParamError:
            like = None
    if isinstance(default, dict):
        default = 1  # no parameter is one; what is set there is refused
    kind = like.type if like is not None else _type(default)
    rule: dict[str, Any] = {}
    if like is not None:
        rule = {name: getattr(like, name) for name in ("low", "high", "unit", "editor", "family")}
    return kind, param(tuple(default) if isinstance(default, list) else default, help, card=True, **rule)


def _type(value: Any) -> Any:
    if isinstance(value, list):
        return tuple[float, ...] if any(isinstance(item, float) for item in value) else tuple[int, ...]
    return type(value) if isinstance(value, (bool, int, float, str)) else int
