"""Random edits of a document: mostly sensible, some refused, some that make faults."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from engine.catalog import Catalog
from engine.graph import (
    MAIN,
    AddGraph,
    AddNode,
    Batch,
    Block,
    Connect,
    Disconnect,
    Document,
    Edge,
    Edit,
    MoveNodes,
    Node,
    Promoted,
    RemoveGraph,
    RemoveNode,
    RenameGraph,
    RenameNode,
    ReplaceNode,
    SetBlock,
    SetKind,
    SetMeta,
    SetParams,
    SetRecipe,
    free_id,
    kind_of,
)

ODD: Sequence[Any] = (0, -1, 1, 2, 3, 64, 10**17, 0.5, True, None, "", "same", "ß🙂", [1], [2, 3], {"a": [None]})
FORMULAS = ("= width * 2", "= depth", "= n + width", "= 1 /", "=", "= __import__(1)")
RECIPES: Sequence[dict[str, Any]] = (
    {"epochs": 5},
    {"epochs": "many"},
    {"data": {"id": "iris"}},
    {"data": {"id": "digits", "params": {"size": 28}}},
    {"data": {"id": "nowhere"}},
    {"data": 7},
    {"optimizer": {"id": "sgd", "params": {"lr": -2}}},
    {"tempo": "allegro"},
)


class Editor:
    """Draws edits for a document, from one stream of random numbers."""

    def __init__(self, document: Document, catalog: Catalog, rng: random.Random) -> None:
        self.document, self.catalog, self.rng = document, catalog, rng
        self.at = MAIN

    def edit(self) -> Edit:
        """An edit that may or may not be accepted."""
        self.at = self.rng.choice([MAIN, *self.document.graphs()])
        graph, rng = self.document.graph(self.at), self.rng
        if len(graph) < 3:
            return self._add()
        makers = (
            (self._add, 6 if len(graph) < 40 else 1),
            (self._connect, 10),
            (self._set_params, 8),
            (self._remove, 2),
            (self._disconnect, 2),
            (self._move, 2),
            (self._rename, 2),
            (self._replace, 1),
            (self._recipe, 1),
            (self._batch, 1),
            (self._block, 1),
        )
        names, weights = zip(*makers, strict=True)
        made: Edit = rng.choices(names, weights)[0]()
        return made

    def _id(self) -> str:
        return self.rng.choice(list(self.document.graph(self.at)) or ["none"])

    def _kind(self) -> str:
        return self.rng.choice(
            [*self.catalog.ids(), "feeed", *map(kind_of, (*self.document.blocks(), "gone", "b4"))]
        )

    def _add(self) -> Edit:
        kind = self._kind()
        place = self.rng.uniform(-1e4, 1e4), self.rng.uniform(-1e4, 1e4)
        return AddNode(
            Node(free_id(kind.replace(":", "_"), self.document.graph(self.at)), kind, {}, *place), self.at
        )

    def _ports(self, id: str, family: str) -> list[str]:
        kind = self.catalog.get(self.document.graph(self.at)[id].kind)
        ports = getattr(kind, family) if kind is not None else ()
        return [port.name for port in ports] or ["out"]

    def _connect(self) -> Edit:
        rng, graph = self.rng, self.document.graph(self.at)
        source, target = self._id(), self._id()
        if rng.random() < 0.9 and graph.serial(source) > graph.serial(target):
            source, target = target, source
        output = rng.choice(self._ports(source, "outputs")) if rng.random() < 0.98 else "exit"
        port = rng.choice(self._ports(target, "inputs")) if rng.random() < 0.98 else "entry"
        slot = 0 if rng.random() < 0.6 else rng.randrange(4)
        return Connect(Edge(source, output, target, port, slot), self.at)

    def _disconnect(self) -> Edit:
        edges = self.document.graph(self.at).edges()
        return Disconnect(self.rng.choice(edges), self.at) if edges else self._add()

    def _set_params(self) -> Edit:
        id, rng = self._id(), self.rng
        kind = self.catalog.get(self.document.graph(self.at)[id].kind)
        names = [*(kind.params if kind is not None else ()), "strange"]
        name = rng.choice(names)
        if rng.random() < 0.5:
            return SetParams(id, {}, (name,), self.at)
        value = rng.choice((*ODD, *FORMULAS)) if rng.random() < 0.5 else rng.randint(1, 6)
        return SetParams(id, {name: value}, graph=self.at)

    def _remove(self) -> Edit:
        return RemoveNode(self._id(), self.at)

    def _move(self) -> Edit:
        return MoveNodes({self._id(): (self.rng.uniform(-500, 500), 1.005) for _ in range(3)}, self.at)

    def _rename(self) -> Edit:
        return RenameNode(self._id(), self.rng.choice(["a1", "b_2", "forward", "", "Z" * 70, "spot"]), self.at)

    def _replace(self) -> Edit:
        if self.rng.random() < 0.5:
            return SetKind(self._id(), self._kind(), self.at)
        return ReplaceNode(Node(self._id(), self._kind(), title=self.rng.choice(["", "<b>T</b>"])), self.at)

    def _recipe(self) -> Edit:
        if self.rng.random() < 0.3:
            return SetMeta(title=self.rng.choice(["", "T", "ü\n"]))
        if self.rng.random() < 0.3:
            return SetRecipe({}, ("data", "epochs", "tempo"))
        return SetRecipe(self.rng.choice(RECIPES))

    def _batch(self) -> Edit:
        """Parts drawn for the document as it is, so that one may refuse what another did."""
        return Batch(tuple(self.edit() for _ in range(self.rng.randint(1, 4))), "Several")

    def _block(self) -> Edit:
        rng, names = self.rng, self.document.blocks()
        if not names or rng.random() < 0.4:
            return AddGraph(rng.choice(["b1", "b2", "b3", "for"]), self._about())
        name = rng.choice(names)
        makers = (
            lambda: RenameGraph(name, rng.choice(["b4", "b5", MAIN])),
            lambda: RemoveGraph(rng.choice([name, MAIN])),
            lambda: SetBlock(rng.choice([name, MAIN]), self._about()),
        )
        return rng.choice(makers)()

    def _about(self) -> Block:
        names = self.rng.sample(("width", "depth", "n", "shapes"), self.rng.randint(0, 3))
        params = tuple(Promoted(name, self.rng.choice((3, 0.5, "same", {"a": [1]}, *FORMULAS))) for name in names)
        return Block(form=self.rng.choice(("block", "recurrent")), params=params)
