"""Undo and redo as a list of steps."""

from __future__ import annotations

from app.state import History, Step
from engine.graph import SetMeta


def step(name: str, merge: str = "") -> Step:
    return Step(name, SetMeta(f"before {name}"), SetMeta(name), merge)


def titles(history: History) -> list[str]:
    return [done.title for done in history.done]


def test_undo_and_redo_walk_the_steps_in_order() -> None:
    history = History()
    for name in "abc":
        history.push(step(name))
    assert [history.take_undo().title, history.take_undo().title] == ["c", "b"]  # type: ignore[union-attr]
    assert history.take_redo().title == "b"  # type: ignore[union-attr]
    assert titles(history) == ["a", "b"]
    assert [undone.title for undone in history.undone] == ["c"]


def test_there_is_nothing_to_take_from_an_empty_history() -> None:
    history = History()
    assert history.take_undo() is None
    assert history.take_redo() is None


def test_a_new_step_drops_those_undone() -> None:
    history = History()
    for name in "ab":
        history.push(step(name))
    history.take_undo()
    history.push(step("c"))
    assert titles(history) == ["a", "c"]
    assert not history.undone


def test_steps_of_one_drag_are_one_step_that_goes_back_to_its_start() -> None:
    history = History()
    for value in ("1", "2", "3"):
        history.push(Step("Drag", SetMeta(f"before {value}"), SetMeta(value), "drag"))
    (only,) = history.done
    assert (only.undo, only.redo) == (SetMeta("before 1"), SetMeta("3"))


def test_a_sealed_gesture_takes_no_more_steps() -> None:
    history = History()
    history.push(step("a", "drag"))
    history.seal()
    history.push(step("b", "drag"))
    assert titles(history) == ["a", "b"]


def test_modified_follows_what_is_saved_through_undo_and_redo() -> None:
    history = History()
    assert not history.modified
    history.push(step("a"))
    assert history.modified
    history.mark_saved()
    assert not history.modified
    history.take_undo()
    assert history.modified
    history.take_redo()
    assert not history.modified


def test_a_saved_step_does_not_merge_with_what_follows() -> None:
    history = History()
    history.push(step("a", "drag"))
    history.mark_saved()
    history.push(step("b", "drag"))
    assert history.modified
    history.take_undo()
    assert not history.modified


def test_sealing_a_saved_step_keeps_it_saved() -> None:
    history = History()
    history.push(step("a", "drag"))
    history.mark_saved()
    history.seal()
    assert not history.modified


def test_beyond_the_limit_the_oldest_goes_and_the_saved_state_with_it() -> None:
    history = History(limit=2)
    for name in "abc":
        history.push(step(name))
    assert titles(history) == ["b", "c"]
    history.take_undo()
    history.take_undo()
    assert history.modified, "what was on disk cannot be reached any more"


def test_a_recovered_document_is_modified_from_the_start() -> None:
    history = History()
    history.mark_unsaved()
    assert history.modified
    history.mark_saved()
    assert not history.modified
