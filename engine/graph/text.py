"""Documents as text: the `.loom` format, one node a line, read with every bound checked."""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import pkgutil
import re
from typing import Any, Final, TypeVar

import msgspec

from engine.errors import EditError, FileError, nearest
from engine.graph import migrations
from engine.graph.document import Document
from engine.graph.edits import AddNode, Connect
from engine.graph.graph import MAIN
from engine.graph.node import Edge, Node

FORMAT: Final = 1
MAX_BYTES: Final = 64 * 2**20
MAX_NODES: Final = 200_000
MAX_DEPTH: Final = 100
MAX_STRING: Final = 2**20
MAX_DIGITS: Final = 18
MAX_COORDINATE: Final = 1e9

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]+)`(?: - at `(?P<path>[^`]+)`)?")


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
    """A graph in a file."""

    nodes: list[NodeRecord]
    edges: list[EdgeRecord]


class FileRecord(_Record, frozen=True):
    """A whole file."""

    format: int
    graphs: dict[str, GraphRecord]
    title: str = ""
    notes: str = ""
    recipe: dict[str, Any] = {}


def schema() -> dict[str, Any]:
    """The JSON Schema of the present format."""
    return msgspec.json.schema(FileRecord)


def dumps(document: Document) -> str:
    """A document as the text of a `.loom` file: stable key order, one node and one edge a line."""
    graphs = ",\n".join(
        f"    {_json(name)}: {{\n"
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
    raw = parse(text, path=path)
    number = raw.get("format")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise FileError('This is no Neuroloom file: it has no "format" number.', path=path)
    if number > FORMAT:
        raise NewerFormatError(number, path=path)
    record = _record(_migrated(raw, number), path)
    return _document(record, path)


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
    """
    raw = parse(text, path=path)
    document = Document(title=str(raw.get("title", "")), notes=str(raw.get("notes", "")))
    graphs = raw.get("graphs")
    main = graphs.get(MAIN) if isinstance(graphs, dict) else None
    for item in _items(main, "nodes"):
        with contextlib.suppress(msgspec.ValidationError, EditError):
            document.apply(_add_node(_lenient(item, NodeRecord)))
    for item in _items(main, "edges"):
        with contextlib.suppress(msgspec.ValidationError, EditError):
            document.apply(_connect(_lenient(item, EdgeRecord)))
    return document


def _items(graph: Any, family: str) -> list[Any]:
    items = graph.get(family) if isinstance(graph, dict) else None
    return items if isinstance(items, list) else []


def _lenient(item: Any, kind: type[R]) -> R:
    """The record of those keys that are known."""
    known = {field.encode_name for field in msgspec.structs.fields(kind)}
    kept = {name: value for name, value in item.items() if name in known} if isinstance(item, dict) else item
    return msgspec.convert(kept, kind)


def parse(text: str | bytes, *, path: str = "") -> dict[str, Any]:
    """The JSON object of a file, with size, depth, strings, numbers and duplicate keys checked.

    Raises:
        FileError: with line and column where they are known.
    """
    if len(text) > MAX_BYTES:
        raise FileError(f"The file has {len(text):,} bytes; at most {MAX_BYTES:,} are read.", path=path)
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise FileError(f"The file is not UTF-8 text: byte {error.start} is wrong.", path=path) from None
    _check_depth(text, path)
    try:
        raw = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except json.JSONDecodeError as error:
        raise FileError(error.msg + ".", path=path, line=error.lineno, column=error.colno) from None
    except _Refused as error:
        line, column = _place(text, error.needle)
        raise FileError(str(error), path=path, line=line, column=column) from None
    if not isinstance(raw, dict):
        raise FileError("The file holds no JSON object.", path=path)
    return raw


class _Refused(ValueError):  # noqa: N818 - private, a signal from the hooks of json.loads
    def __init__(self, message: str, needle: str) -> None:
        self.needle = needle
        super().__init__(message)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        raise _Refused(f"The key {double[:80]!r} stands twice in one object.", json.dumps(double))
    return found


def _refuse_constant(word: str) -> Any:
    raise _Refused(f"{word} is no JSON number.", word)


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _Refused(f"The number {digits[:40]} is too large.", digits)
    return number


def _int(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise _Refused(
            f"The number {digits[:40]} has {len(digits)} digits; at most {MAX_DIGITS} are read.", digits
        )
    return int(digits)


def _place(text: str, needle: str) -> tuple[int, int]:
    start = text.rfind(needle)
    if start < 0:
        return 0, 0
    return text.count("\n", 0, start) + 1, start - (text.rfind("\n", 0, start) + 1) + 1


def _check_depth(text: str, path: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        if first == '"':
            if token.end() - token.start() > MAX_STRING:
                message = f"A text is longer than {MAX_STRING:,} characters."
            else:
                continue
        else:
            depth += 1 if first in "[{" else -1
            if depth <= MAX_DEPTH:
                continue
            message = f"The file nests deeper than {MAX_DEPTH} levels."
        start = token.start()
        column = start - text.rfind("\n", 0, start)
        raise FileError(message, path=path, line=text.count("\n", 0, start) + 1, column=column)


def _migrated(raw: dict[str, Any], number: int) -> dict[str, Any]:
    steps = {
        int(info.name.removeprefix("from_")): info.name
        for info in pkgutil.iter_modules(migrations.__path__)
        if info.name.startswith("from_")
    }
    for old in range(number, FORMAT):
        raw = importlib.import_module(f"{migrations.__name__}.{steps[old]}").migrate(raw)
    return raw


def _record(raw: dict[str, Any], path: str) -> FileRecord:
    try:
        record = msgspec.convert(raw, FileRecord)
    except msgspec.ValidationError as error:
        unknown = _UNKNOWN.search(str(error))
        if unknown is None:
            raise FileError(f"{error}.", path=path) from None
        known = {
            field.encode_name
            for struct in (FileRecord, GraphRecord, NodeRecord, EdgeRecord)
            for field in msgspec.structs.fields(struct)
        }
        field, place = unknown["field"], unknown["path"] or "the file"
        raise FileError(f'There is no key "{field}" in {place}.{nearest(field, known)}', path=path) from None
    if MAIN not in record.graphs:
        raise FileError(f'The file has no graph "{MAIN}".', path=path)
    others = [name for name in record.graphs if name != MAIN]
    if others:
        raise FileError(f'Format {FORMAT} holds the graph "{MAIN}" only. Received: "{others[0]}".', path=path)
    count = sum(len(graph.nodes) + len(graph.edges) for graph in record.graphs.values())
    if count > 5 * MAX_NODES or any(len(graph.nodes) > MAX_NODES for graph in record.graphs.values()):
        raise FileError(f"The file has more than {MAX_NODES:,} nodes, or too many edges.", path=path)
    return record


def _document(record: FileRecord, path: str) -> Document:
    document = Document(title=record.title, notes=record.notes, recipe=record.recipe)
    for graph in record.graphs.values():
        try:
            for node in graph.nodes:
                document.apply(_add_node(node))
            for edge in graph.edges:
                document.apply(_connect(edge))
        except EditError as error:
            raise FileError(str(error), path=path) from None
    return document


def _add_node(record: NodeRecord) -> AddNode:
    x, y = record.at
    if max(abs(x), abs(y)) > MAX_COORDINATE:
        raise EditError(f'The node "{record.id[:80]}" lies too far out: {x:g}, {y:g}.')
    return AddNode(Node(record.id, record.kind, record.params, x, y, record.title, record.notes))


def _connect(record: EdgeRecord) -> Connect:
    source, output = _end(record.source)
    target, port = _end(record.target)
    return Connect(Edge(source, output, target, port, record.slot))


def _end(text: str) -> tuple[str, str]:
    node, dot, port = text.partition(".")
    if not (node and dot and port):
        raise EditError(f'An edge\'s end is written "node.port". Received: {text[:80]!r}.')
    return node, port


def _node_record(node: Node) -> NodeRecord:
    return NodeRecord(node.id, node.kind, node.params, (_short(node.x), _short(node.y)), node.title, node.notes)


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
