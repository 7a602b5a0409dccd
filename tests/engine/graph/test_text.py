"""The text format: what is written is read back, and every wrong text says what and where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.errors import FileError
from engine.graph import Document, Edge, Node, RemoveNode, SetParams, text

GOOD: dict[str, Any] = {
    "format": 2,
    "graphs": {
        "main": {
            "nodes": [{"id": "a", "kind": "feed"}, {"id": "b", "kind": "weigh", "params": {"units": 3}}],
            "edges": [{"from": "a.out", "to": "b.in"}],
        }
    },
}

FULL = """{
  "format": 2,
  "title": "Größe",
  "notes": "",
  "graphs": {
    "main": {
      "nodes": [
        {"id": "a", "kind": "feed", "params": {"a": 1, "b": {"c": true, "d": null}}, "at": [1, -2.5]},
        {"id": "b", "kind": "no such kind", "at": [0, 0], "title": "B \\"b\\"", "notes": "two\\nlines"}
      ],
      "edges": [
        {"from": "a.out", "to": "b.in"},
        {"from": "a.out", "to": "b.in", "slot": 2}
      ]
    }
  },
  "recipe": {
    "epochs": 3,
    "seed": 1
  }
}
"""


def full() -> Document:
    nodes = [
        Node("a", "feed", {"b": {"d": None, "c": True}, "a": 1}, 1.0, -2.5),
        Node("b", "no such kind", title='B "b"', notes="two\nlines"),
    ]
    edges = [Edge("a", "out", "b", "in", 2), Edge("a", "out", "b", "in")]
    return Document.of(nodes, edges, title="Größe", recipe={"seed": 1, "epochs": 3})


def test_the_format_is_this() -> None:
    assert text.dumps(full()) == FULL
    assert text.loads(FULL) == full()
    assert text.loads(FULL.encode()) == text.loads(b"\xef\xbb\xbf" + FULL.encode()) == full()


def test_one_edit_changes_one_line() -> None:
    document = full()
    document.apply(SetParams("a", {"a": 2}))
    changed = [(a, b) for a, b in zip(FULL.splitlines(), text.dumps(document).splitlines(), strict=True) if a != b]
    assert len(changed) == 1


def test_the_order_of_making_does_not_show() -> None:
    document = full()
    back, _ = document.apply(RemoveNode("a"))
    document.apply(back)
    document.apply(SetParams("a", {}, ("a",)))
    document.apply(SetParams("a", {"a": 1}))
    assert text.dumps(document) == FULL


def test_an_empty_document_is_read_back() -> None:
    assert text.loads(text.dumps(Document())) == Document()


@pytest.mark.parametrize(
    "value", [0, -1, 10**18 - 1, 1.5, 1e-300, 1e300, -0.0, True, None, "", "\u2028 🙂 \x00", [[]]]
)
def test_values_come_back_exactly(value: Any) -> None:
    document = Document.of([Node("a", "k", {"v": value})])
    again = text.loads(text.dumps(document)).graph()["a"].params["v"]
    assert again == value
    assert type(again) is type(value)
    assert repr(again) == repr(value)


def changed(*path: Any, to: Any) -> str:
    """The good file with one thing changed."""
    raw = json.loads(json.dumps(GOOD))
    inner = raw
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return json.dumps(raw)


NODES, EDGES = ("graphs", "main", "nodes"), ("graphs", "main", "edges")

WRONG = [
    ("", "Expecting value"),
    ("{", "Expecting property name"),
    ("[]", "no JSON object"),
    ("null", "no JSON object"),
    ("{}", 'no "format" number'),
    (changed("format", to="1"), 'no "format" number'),
    (changed("format", to=True), 'no "format" number'),
    (changed("format", to=0), 'no "format" number'),
    (changed("graphs", to={}), 'no graph "main"'),
    (changed("graphs", "for", to={"nodes": [], "edges": []}), "needs for itself"),
    (changed("graphs", "two", to={"nodes": [], "edges": [], "block": {"form": "round"}}), "Form of block"),
    (changed("graphs", to=[]), "Graphs: expected `object`"),
    (changed("tittle", to=""), 'no key "tittle" in the file. Did you mean "title"?'),
    (changed(*NODES, 0, "parms", to={}), 'no key "parms" in node 1. Did you mean "params"?'),
    (changed(*EDGES, 0, "form", to=""), 'no key "form" in edge 1. Did you mean "from"?'),
    (changed(*NODES, 1, "kind", to=3), "Kind of node 2: expected `str`, got `int`"),
    (changed(*NODES, 1, "id", to="for"), "needs for itself"),
    (changed(*NODES, 1, "id", to="a"), 'already a node "a"'),
    (changed(*NODES, 1, "at", to=[1]), "At of node 2: expected `array` of length 2"),
    (changed(*NODES, 1, "at", to=[1e300, 0]), "lies within"),
    (changed(*NODES, 1, to={"id": "b"}), "Node 2: object missing required field `kind`"),
    (changed(*EDGES, 0, "to", to="b"), "\"node.port\". Received: 'b'"),
    (changed(*EDGES, 0, "to", to="q.in"), 'no node "q"'),
    (changed(*EDGES, 0, "slot", to=-1), "at least 0"),
    (changed("graphs", "main", "edges", to=[{"from": "a.out", "to": "b.in"}] * 2), "taken already"),
    ('{"format": 2, "format": 1}', "'format' stands twice"),
    ('{"format": 2, "recipe": {"a" : 1, "b": 2, "b": 3}}', "'b' stands twice"),
    ('{"format": NaN}', "NaN is no JSON number"),
    ('{"format": -Infinity}', "-Infinity is no JSON number"),
    ('{"format": 1e999}', "too large"),
    ('{"format": 1234567890123456789}', "19 digits; at most 18"),
    ('{"format": 2, "title": "\\ud800"}', "half of a character"),
    ("\ud800", "Expecting value"),
    ('{"format": "' + "x" * (2**20 + 1) + '"}', "longer than 1,048,576"),
    ('{"format": "' + '\\"' * (2**20) + '"}', "longer than 1,048,576"),
    ('{"a":' * 101 + "1" + "}" * 101, "deeper than 100"),
    ("[" * 100_000, "deeper than 100"),
    ('{"a":' * 100_000, "deeper than 100"),
]


@pytest.mark.parametrize(("content", "words"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_file_says_what_is_wrong(content: str, words: str) -> None:
    with pytest.raises(FileError) as caught:
        text.loads(content, path="net.loom")
    assert words in str(caught.value)
    assert str(caught.value).startswith("net.loom")


def test_wrong_bytes_are_named() -> None:
    with pytest.raises(FileError, match="not UTF-8 text: byte 2"):
        text.loads(b'{"\xff')
    with pytest.raises(FileError, match="at most 67,108,864 are read"):
        text.loads(b" " * (64 * 2**20 + 1))


@pytest.mark.parametrize(
    ("old", "new", "line", "column"),
    [
        ('"kind": "feed"', '"kind": 5', 8, 29),
        ('{"id": "b"', '{"id": "a"', 9, 9),
        ('"to": "b.in"}', '"to": "q.in"}', 12, 9),
        ('"title": "B', '"tilte": "B', 9, 9),
        ('"epochs": 3', '"epochs": NaN', 18, 15),
        ('"epochs": 3', '"seed": 3', 19, 5),
        ('"epochs": 3', '"epochs": 1234567890123456789012', 18, 15),
        ('"epochs": 3', '"epochs" 3', 18, 14),
    ],
)
def test_an_error_names_line_and_column(old: str, new: str, line: int, column: int) -> None:
    content = FULL.replace(old, new, 1)
    assert content != FULL
    with pytest.raises(FileError) as caught:
        text.loads(content, path="net.loom")
    assert (caught.value.line, caught.value.column) == (line, column)
    assert f"net.loom, line {line}, column {column}: " in str(caught.value)


@pytest.mark.parametrize("space", ["", " ", "\n  "])
def test_any_legal_spacing_is_read(space: str) -> None:
    content = FULL.replace('":', f'"{space}:{space}')
    assert text.loads(content) == full()


def test_a_colon_after_a_quote_within_a_text_is_no_key() -> None:
    document = Document.of([Node("a", "k", {"v": '":":"'})], title='say "x": y')
    assert text.loads(text.dumps(document)) == document


def test_the_number_of_nodes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_NODES", 2)
    text.loads(json.dumps(GOOD))
    with pytest.raises(FileError, match="more than 2 nodes"):
        text.loads(changed(*NODES, to=[{"id": f"n{n}", "kind": "k"} for n in range(3)]))


def test_a_newer_file_is_told_apart_and_shown() -> None:
    raw = json.loads(FULL)
    raw["format"] = 3
    raw["novelty"] = {"x": 1}
    raw["graphs"]["other"] = {"shape": "unknown"}
    raw["graphs"]["main"]["nodes"][0]["colour"] = "red"
    raw["graphs"]["main"]["nodes"].append({"id": 7})
    raw["graphs"]["main"]["edges"].append({"from": "nowhere"})
    content = json.dumps(raw)
    with pytest.raises(text.NewerFormatError, match="has format 3; this Neuroloom reads up to 2") as caught:
        text.loads(content)
    assert caught.value.number == 3
    shown = text.preview(content)
    assert shown.title == "Größe"
    assert shown.graph().nodes() == full().graph().nodes()
    assert sorted(shown.graph().edges()) == sorted(full().graph().edges())


@pytest.mark.parametrize("graphs", [None, [], {"main": None}, {"main": {"nodes": {}, "edges": 3}}])
def test_a_preview_of_what_is_not_understood_is_empty(graphs: Any) -> None:
    assert len(text.preview(json.dumps({"format": 9, "graphs": graphs})).graph()) == 0
