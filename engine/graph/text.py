"""Documents as text: the `.loom` format, one node a line, read with every bound checked."""

from __future__ import annotations

import contextlib
import importlib
import json
import pkgutil
import re
from collections.abc import Iterable
from typing import Any, Final, TypeVar

import msgspec

from engine.errors import EditError, FileError, nearest
from engine.graph import bounded, migrations, place
from engine.graph.block import Block, Promoted
from engine.graph.document import Document, add_graph
from engine.graph.edits import SetBlock
from engine.graph.graph import MAIN, Graph
from engine.graph.node import Edge, Node
from engine.graph.placing import put, wire

FORMAT: Final = 2
MAX_NODES: Final = 200_000
MAX_GRAPHS: Final = 1_000

_AT = re.compile(r" - at `(?P<path>[^`]+)`\Z")
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]*)`")
_WORDS = re.compile(r"\.(?:(?P<family>node|edge|param)s\[(?P<index>\d+)\]|(?!graphs\[)(?P<key>[a-z]+))")


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


R = TypeVar("R", bound=_Record)


class NodeRecord(_Record, frozen=True):
    """A node in a file."""

    id: str
    kind: str
    params: dict[str, Any] = {}
    at: tuple[float, float] = (0.0, 0.0)
    title: str = ""
    notes: str = ""


class EdgeRecord(_Record, frozen=True, rename={"source": "from", "target": "to"}):
    """An edge in a file; both ends are written `node.port`."""

    source: str
    target: str
    slot: int = 0


class GraphRecord(_Record, frozen=True):
    """A graph in a file; `block` is what it says of itself."""

    nodes: list[NodeRecord]
    edges: list[EdgeRecord]
    block: Block = Block()


class FileRecord(_Record, frozen=True):
    """A whole file."""

    format: int
    graphs: dict[str, GraphRecord]
    title: str = ""
    notes: str = ""
    recipe: dict[str, Any] = {}


def schema_text() -> str:
    """The JSON Schema of the present format, as it is published in `resources/loom.schema.json`."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(FileRecord)}
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def dumps(document: Document) -> str:
    """A document as the text of a `.loom` file: stable key order, one node and one edge a line."""
    graphs = ",\n".join(
        f"    {_json(name)}: {{\n{_block_lines(document.block(name))}"
        f'      "nodes": {_lines(_node_record(node) for node in graph.nodes())},\n'
        f'      "edges": {_lines(map(_edge_record, sorted(graph.edges(), key=_edge_order(graph))))}\n    }}'
        for name, graph in document.graphs().items()
    )
    recipe = json.dumps(document.recipe, indent=2, ensure_ascii=False, allow_nan=False, sort_keys=True)
    return (
        f'{{\n  "format": {FORMAT},\n'
        f'  "title": {_json(document.title)},\n'
        f'  "notes": {_json(document.notes)},\n'
        f'  "graphs": {{\n{graphs}\n  }},\n'
        f'  "recipe": {recipe.replace(chr(10), chr(10) + "  ")}\n}}\n'
    )


def loads(text: str | bytes, *, path: str = "") -> Document:
    """A document from the text of a `.loom` file of this format or an older one.

    Raises:
        NewerFormatError: the file was written by a newer Neuroloom.
        FileError: anything else that keeps the text from being a document, with line and column where
            they are known.
    """
    decoded = bounded.decode(text, path)
    raw = bounded.parse(decoded, path)
    number = raw.get("format")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise FileError('This is no Neuroloom file: it has no "format" number.', path=path)
    if number > FORMAT:
        raise NewerFormatError(number, path=path)
    source = decoded if number == FORMAT else ""  # places in what a migration made are nowhere
    return _document(_record(_migrated(raw, number, path), source, path), source, path)


class NewerFormatError(FileError):
    """A file of a newer format; `number` is its format."""

    def __init__(self, number: int, *, path: str = "") -> None:
        self.number = number
        super().__init__(
            f"The file has format {number}; this Neuroloom reads up to {FORMAT}. "
            "It is opened as it is, to look at only; update Neuroloom to edit it.",
            path=path,
        )


def preview(text: str | bytes, *, path: str = "") -> Document:
    """What can be shown of a file of a newer format: its nodes and edges, leaving out what is not understood.

    Never save this over the file: keep its own text instead.

    Raises:
        FileError: the text is no JSON object, or breaks a bound.
    """
    raw = bounded.parse(bounded.decode(text, path), path)
    document = Document(title=str(raw.get("title", "")), notes=str(raw.get("notes", "")))
    graphs = raw.get("graphs")
    for name, held in list(graphs.items())[:MAX_GRAPHS] if isinstance(graphs, dict) else ():
        with contextlib.suppress(EditError):
            _preview(document.graph() if name == MAIN else add_graph(document, name, Block()), held)
    return document


def _preview(graph: Graph, held: Any) -> None:
    for item in _items(held, "nodes")[:MAX_NODES]:
        with contextlib.suppress(msgspec.ValidationError, EditError):
            put(graph, _node(_lenient(item, NodeRecord)))
    for item in _items(held, "edges"):
        with contextlib.suppress(msgspec.ValidationError, EditError):
            wire(graph, _edge(_lenient(item, EdgeRecord)))


def _items(graph: Any, family: str) -> list[Any]:
    items = graph.get(family) if isinstance(graph, dict) else None
    return items if isinstance(items, list) else []


def _lenient(item: Any, kind: type[R]) -> R:
    """The record of those keys that are known."""
    known = {field.encode_name for field in msgspec.structs.fields(kind)}
    kept = {name: value for name, value in item.items() if name in known} if isinstance(item, dict) else item
    return msgspec.convert(kept, kind)


def _migrated(raw: dict[str, Any], number: int, path: str) -> dict[str, Any]:
    steps = {
        int(info.name.removeprefix("from_")): info.name
        for info in pkgutil.iter_modules(migrations.__path__)
        if info.name.startswith("from_")
    }
    for old in range(number, FORMAT):
        migrate = importlib.import_module(f"{migrations.__name__}.{steps[old]}").migrate
        try:
            raw = {**migrate(raw), "format": old + 1}
        except (LookupError, TypeError, ValueError, AttributeError):
            raise FileError(f"The file is not of format {old}, as it says.", path=path) from None
    return raw


def _record(raw: dict[str, Any], text: str, path: str) -> FileRecord:
    try:
        record = msgspec.convert(raw, FileRecord)
    except msgspec.ValidationError as error:
        raise _wrong(str(error), text, path) from None
    if MAIN not in record.graphs:
        raise FileError(f'The file has no graph "{MAIN}".', path=path)
    graphs = record.graphs.values()
    if len(graphs) > MAX_GRAPHS:
        raise FileError(f"The file has more than {MAX_GRAPHS:,} graphs.", path=path)
    nodes, edges = (sum(len(held) for held in family) for family in _families(graphs))
    if nodes > MAX_NODES or edges > 4 * MAX_NODES:
        raise FileError(f"The file has more than {MAX_NODES:,} nodes, or too many edges.", path=path)
    return record


def _families(graphs: Iterable[GraphRecord]) -> tuple[list[list[NodeRecord]], list[list[EdgeRecord]]]:
    held = list(graphs)
    return [graph.nodes for graph in held], [graph.edges for graph in held]


def _wrong(error: str, text: str, path: str) -> FileError:
    """The error of a value that is not what it should be: what it should be, and where it stands."""
    found = _AT.search(error)
    where = found["path"] if found else "$"
    message = error[: found.start()] if found else error
    unknown = _UNKNOWN.search(message)
    if unknown is not None:
        field = unknown["field"]
        message = f'There is no key "{field[:80]}" in {_words(where)}.{nearest(field, _keys(where))}'
    else:
        message = f"{_words(where).capitalize()}: {message[:1].lower()}{message[1:]}."
    line, column = place.of(text, where) if text else place.NOWHERE
    return FileError(message, path=path, line=line, column=column)


def _keys(where: str) -> list[str]:
    """The keys that are known at a path."""
    if where.endswith(".block"):
        return [field.encode_name for field in msgspec.structs.fields(Block)]
    ends: dict[str, type[msgspec.Struct]] = {
        "nodes": NodeRecord,
        "edges": EdgeRecord,
        "graphs": GraphRecord,
        "params": Promoted,
    }
    fitting = [record for end, record in ends.items() if re.search(rf"{end}\[[^\]]+\]\Z", where)]
    record = fitting[0] if fitting else FileRecord
    return [field.encode_name for field in msgspec.structs.fields(record)]


def _words(where: str) -> str:
    """A path within a file in words: `$.graphs[...].nodes[3].kind` is `kind of node 4`."""
    words = [
        f"{step['family']} {int(step['index']) + 1}" if step["family"] else step["key"]
        for step in _WORDS.finditer(where)
    ]
    return " of ".join(reversed(words)) or "the file"


def _document(record: FileRecord, text: str, path: str) -> Document:
    document = Document(title=record.title, notes=record.notes, recipe=record.recipe)
    for name, held in record.graphs.items():
        _fill(document, name, held, text, path)
    return document


def _fill(document: Document, name: str, held: GraphRecord, text: str, path: str) -> None:
    family, index = "nodes", 0
    where = f"$.graphs.{name}"
    try:
        if name == MAIN:
            document.apply(SetBlock(name, held.block))
            graph = document.graph()
        else:
            graph = add_graph(document, name, held.block)
        where = ""
        for index, node in enumerate(held.nodes):  # noqa: B007 - the error names it
            put(graph, _node(node))
        family = "edges"
        for index, edge in enumerate(held.edges):  # noqa: B007
            wire(graph, _edge(edge))
    except EditError as error:
        where = where or f"$.graphs.{name}.{family}[{index}]"
        line, column = place.of(text, where) if text else place.NOWHERE
        raise FileError(str(error), path=path, line=line, column=column) from None


def _node(record: NodeRecord) -> Node:
    x, y = record.at
    return Node(record.id, record.kind, record.params, x, y, record.title, record.notes)


def _edge(record: EdgeRecord) -> Edge:
    source, output = _end(record.source)
    target, port = _end(record.target)
    return Edge(source, output, target, port, record.slot)


def _end(text: str) -> tuple[str, str]:
    node, dot, port = text.partition(".")
    if not (node and dot and port):
        raise EditError(f'An edge\'s end is written "node.port". Received: {text[:80]!r}.')
    return node, port


def _node_record(node: Node) -> NodeRecord:
    place = _short(node.x), _short(node.y)
    return NodeRecord(node.id, node.kind, _sorted(node.params), place, node.title, node.notes)


def _block_lines(block: Block) -> str:
    """The line of what a graph says of itself; none where it says nothing."""
    said = _sorted(msgspec.to_builtins(block))
    return f'      "block": {json.dumps(said, ensure_ascii=False, allow_nan=False)},\n' if said else ""


def _sorted(value: Any) -> Any:
    """The value with the keys of its objects in order."""
    if type(value) is dict:
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if type(value) is list else value


def _edge_record(edge: Edge) -> EdgeRecord:
    return EdgeRecord(f"{edge.source}.{edge.output}", f"{edge.target}.{edge.input}", edge.slot)


def _edge_order(graph: Any) -> Any:
    place = {node.id: index for index, node in enumerate(graph.nodes())}
    return lambda edge: (place[edge.target], edge.input, edge.slot, edge.source, edge.output)


def _short(number: float) -> float:
    """A whole number without its `.0`."""
    return int(number) if number == int(number) else number


def _lines(records: Any) -> str:
    lines = [json.dumps(msgspec.to_builtins(record), ensure_ascii=False, allow_nan=False) for record in records]
    return "[\n        " + ",\n        ".join(lines) + "\n      ]" if lines else "[]"


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
