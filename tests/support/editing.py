"""An editor without an engine process: what is asked is kept, and answered by the test."""

from __future__ import annotations

from typing import Any

from app.state import EditorState, EngineClient, Session
from engine.catalog import Catalog
from engine.graph import Document
from engine.messages import protocol
from tests.support.drawing import Drawing


class SilentEngine(EngineClient):
    """An engine client that keeps what it is asked; `answer` replies to the oldest request of a type."""

    def __init__(self) -> None:
        super().__init__(["none"])
        self.asked: list[protocol.Request] = []
        self._then: dict[int, Any] = {}

    def ask(self, request: Any, then: Any = None, **fields: object) -> None:
        made = request(id=len(self.asked) + 1, **fields)
        self.asked.append(made)
        self._then[made.id] = then

    def of(self, kind: type) -> list[Any]:
        """The requests of a type, oldest first."""
        return [request for request in self.asked if isinstance(request, kind)]

    def answer(self, kind: type, reply: type, **fields: object) -> None:
        """Reply to the newest request of a type."""
        request = self.of(kind)[-1]
        self._then[request.id](reply(id=request.id, **fields))


def editor_of(document: Document | None = None, catalog: Catalog | None = None) -> EditorState:
    """An editor with one document open, and no engine."""
    editor = EditorState(catalog=catalog, engine=SilentEngine())
    if document is not None:
        editor.new(document)
    return editor


def current(editor: EditorState) -> Session:
    """The session in front."""
    assert editor.current is not None
    return editor.current


def digits_net() -> Document:
    """Convolution, dense layer and classifier on 28×28 digits; every node is well."""
    drawing = Drawing("Digits", data={"id": "digits", "params": {"size": 28}})
    drawing.add("image", "input", shape=[1, 28, 28])
    end = drawing.chain(
        "image",
        ("conv", "conv2d", {"out_channels": 6, "kernel_size": 5}),
        ("relu", "relu", {}),
        ("flat", "flatten", {}),
        ("hidden", "dense", {"out_features": 20}),
        ("scores", "dense", {"out_features": 10}),
    )
    return drawing.classify(end)
