"""A wire that does not fit can be drawn with what mends it."""

from __future__ import annotations

from app.state import Session
from app.state.bridging import bridges
from engine.analysis import analyse
from engine.graph import Edge
from engine.nodes import standard_catalog
from tests.support.broken import drawn

CATALOG = standard_catalog()


def test_an_image_reaches_a_layer_for_vectors_through_a_flatten() -> None:
    session = Session(drawn("x input shape=[3,8,8]; b batch_norm1d; d dense", "b>d"), CATALOG)
    before = session.document.copy()
    found = bridges(session, Edge("x", "out", "b", "in"))
    assert session.document == before
    assert any("Flatten" in title for title, _ in found)
    for title, edit in found:
        session.apply(edit, title)
        assert analyse(session.document, CATALOG).nodes["d"].state == "ok"
        session.undo()


def test_a_cycle_is_drawn_as_a_recurrent_group() -> None:
    session = Session(
        drawn("x input shape=[12,5]; c concat; d dense; r tanh; e dense", "x>c c>d d>r r>e"), CATALOG
    )
    (found,) = bridges(session, Edge("r", "out", "c", "in", 1))
    assert found[0] == "Turn the cycle into a recurrent group"
    session.apply(found[1], found[0])
    (group,) = session.document.blocks()
    assert session.document.block(group).form == "recurrent"
    assert {each.code for each in session.analysis.diagnostics if each.severity == "error"} == set()
    session.undo()
    assert not session.document.blocks()


def test_a_wire_to_nowhere_has_no_way() -> None:
    session = Session(drawn("x input shape=[3,8,8]; b batch_norm1d", ""), CATALOG)
    assert bridges(session, Edge("x", "out", "nowhere", "in")) == []
