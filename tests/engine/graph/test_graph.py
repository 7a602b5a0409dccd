"""What a graph tells its readers."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from engine.errors import EditError
from engine.graph import AddNode, Connect, Disconnect, Document, Edge, Graph, Node, RemoveNode, RenameNode


def graph_of(*pairs: str, nodes: str = "") -> Document:
    ids = dict.fromkeys([*nodes, *"".join(pairs)])
    slots: dict[str, int] = {}
    edges = []
    for source, target in pairs:
        slots[target] = slots.get(target, -1) + 1
        edges.append(Edge(source, "out", target, "in", slots[target]))
    return Document.of([Node(id, "join") for id in ids], edges)


def test_edges_are_ordered_by_port_and_slot() -> None:
    document = Document.of([Node(id, "join") for id in "abcd"])
    for edge in (Edge("a", "out", "d", "in", 2), Edge("b", "out", "d", "in"), Edge("c", "out", "d", "extra")):
        document.apply(Connect(edge))
    graph = document.graph()
    assert [edge.source for edge in graph.incoming("d")] == ["c", "b", "a"]
    assert [edge.source for edge in graph.at("d", "in")] == ["b", "a"]
    assert graph.edge_at("d", "in", 2) == Edge("a", "out", "d", "in", 2)
    assert graph.edge_at("d", "in", 1) is None
    assert [str(edge) for edge in graph.outgoing("c")] == ["c.out → d.extra"]


def test_order_follows_the_edges_and_else_the_file() -> None:
    assert graph_of("ab", "bc", nodes="abc").graph().order() == ("a", "b", "c")
    assert graph_of("ca", nodes="abc").graph().order() == ("b", "c", "a")
    assert graph_of("cb", "ba", nodes="abcd").graph().order() == ("c", "b", "a", "d")


def test_cycles_and_what_hangs_on_them_are_left_out_of_the_order() -> None:
    graph = graph_of("ab", "bc", "cb", "cd", nodes="abcde").graph()
    assert graph.order() == ("a", "e")
    assert graph.loops() == {"b", "c", "d"}
    assert graph.cycles() == [["b", "c"]]
    assert graph_of("aa").graph().cycles() == [["a"]]
    assert graph_of("ab").graph().cycles() == []


def test_paths_and_reach() -> None:
    graph = graph_of("ab", "bc", "ac", nodes="abcd").graph()
    assert graph.path("a", "c") == ["a", "c"]
    assert graph.path("c", "a") == graph.path("a", "q") == []
    assert graph.upstream("c") == {"a", "b"}
    assert graph.downstream("a") == {"b", "c"}
    assert graph.reaches("a", "a")


def test_unknown_nodes_are_named() -> None:
    with pytest.raises(EditError, match='no node "q"'):
        Graph()["q"]
    with pytest.raises(EditError, match='no node "q"'):
        Graph().serial("q")


def test_a_renamed_and_a_restored_node_keep_their_place() -> None:
    document = graph_of("ab", "bc", nodes="abc")
    back, _ = document.apply(RemoveNode("a"))
    document.apply(RenameNode("b", "z"))
    document.apply(AddNode(Node("new", "flat")))
    document.apply(RenameNode("z", "b"))
    document.apply(back)
    assert [node.id for node in document.graph().nodes()] == ["a", "b", "c", "new"]
    assert document.graph().order() == ("a", "b", "c", "new")


def _random_edits(document: Document, rng: random.Random, count: int) -> None:
    for _ in range(count):
        graph = document.graph()
        ids = list(graph)
        if len(ids) < 3 or rng.random() < 0.25:
            document.apply(AddNode(Node(f"n{rng.randrange(10**9)}", "join")))
        elif rng.random() < 0.15:
            document.apply(RemoveNode(rng.choice(ids)))
        elif rng.random() < 0.2 and graph.edges():
            document.apply(Disconnect(rng.choice(graph.edges())))
        else:
            source, target = rng.choice(ids), rng.choice(ids)
            if rng.random() < 0.1 or not graph.reaches(target, source):
                document.apply(Connect(Edge(source, "out", target, "in", rng.randrange(10**9))))


@pytest.mark.parametrize("seed", range(12))
def test_what_is_kept_between_edits_equals_what_is_found_anew(seed: int) -> None:
    """Order, reach and neighbours against networkx, while edits come and go."""
    rng, document = random.Random(seed), Document()
    for _ in range(12):
        _random_edits(document, rng, 12)
        graph = document.graph()
        nodes = graph.nodes()
        anew = Document.of(nodes, graph.edges()).graph()
        assert graph.order() == anew.order()
        assert graph.loops() == anew.loops()

        drawn = nx.MultiDiGraph([(edge.source, edge.target) for edge in graph.edges()])
        drawn.add_nodes_from(graph)
        knots = [set(knot) for knot in nx.strongly_connected_components(drawn) if len(knot) > 1]
        knots += [{id} for id in drawn if drawn.has_edge(id, id) and not any(id in knot for knot in knots)]
        assert sorted(map(sorted, knots)) == sorted(map(sorted, graph.cycles()))
        place = {id: index for index, id in enumerate(graph.order())}
        assert all(place[e.source] < place[e.target] for e in graph.edges() if e.target in place)
        for source in rng.sample(list(graph), 3):
            for target in rng.sample(list(graph), 3):
                assert graph.reaches(source, target) == nx.has_path(drawn, source, target)
        for id in graph:
            assert {e.source for e in graph.incoming(id)} == set(drawn.predecessors(id))
            assert {e.target for e in graph.outgoing(id)} == set(drawn.successors(id))


def test_the_revision_grows_with_nodes_and_edges_only() -> None:
    document = graph_of("ab")
    graph = document.graph()
    seen = [graph.revision]
    for edit in (AddNode(Node("c", "join")), Connect(Edge("b", "out", "c", "in")), RemoveNode("c")):
        document.apply(edit)
        seen.append(graph.revision)
    assert seen == sorted(set(seen))
