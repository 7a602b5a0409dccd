"""The connection to an engine that behaves, dies, or talks nonsense."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.state import EngineClient
from engine.messages import protocol

SCRIPT = Path(__file__).parents[2] / "support" / "fake_engine.py"
ROOT = str(Path(__file__).parents[3])
Make = Callable[[str], EngineClient]


@pytest.fixture
def client(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes clients of the fake engine; ends their processes."""
    monkeypatch.setenv("PYTHONPATH", ROOT)
    made: list[EngineClient] = []

    def make(mode: str) -> EngineClient:
        made.append(EngineClient([sys.executable, str(SCRIPT), mode]))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_it_is_connected_then_ready_and_answers(client: Make, qtbot: QtBot) -> None:
    engine = client("good")
    states: list[str] = []
    engine.state_changed.connect(states.append)
    with qtbot.waitSignal(engine.event_arrived):
        engine.start()
    assert states == ["starting", "connected", "ready"]
    assert engine.ready is not None
    assert engine.ready.devices == ["cpu"]
    replies: list[protocol.Reply] = []
    engine.ask(protocol.ListRuns, replies.append)
    qtbot.waitUntil(lambda: bool(replies))
    assert isinstance(replies[0], protocol.Runs)


def test_a_killed_engine_is_started_again_and_says_so(client: Make, qtbot: QtBot) -> None:
    engine = client("good")
    with qtbot.waitSignal(engine.event_arrived):
        engine.start()
    first = engine.pid
    with qtbot.waitSignal(engine.trouble) as told, qtbot.waitSignal(engine.event_arrived):
        os.kill(first, signal.SIGKILL)
    assert told.args == ["The engine ended unexpectedly and is started again. Runs go on."]
    assert engine.state == "ready"
    assert engine.pid not in (0, first)


def test_questions_open_when_it_dies_are_answered_with_a_failure(client: Make, qtbot: QtBot) -> None:
    engine = client("dies")
    replies: list[protocol.Reply] = []
    engine.start()
    engine.ask(protocol.ListRuns, replies.append)
    qtbot.waitUntil(lambda: bool(replies))
    assert isinstance(replies[0], protocol.Failed)
    assert replies[0].message == "The engine ended before it answered."


def test_it_gives_up_after_three_restarts_in_a_minute(client: Make, qtbot: QtBot) -> None:
    engine = client("deaf")
    told: list[str] = []
    engine.trouble.connect(told.append)
    engine.start()
    qtbot.waitUntil(lambda: any("stays off" in message for message in told), timeout=20_000)
    assert len(told) == 4
    assert told[-1].startswith("The engine ended 4 times within a minute and stays off.")
    assert "without ears" in told[-1], "why it ended, in its own words"
    assert engine.state == "stopped"


def test_garbage_is_told_and_the_engine_replaced(client: Make, qtbot: QtBot) -> None:
    engine = client("garbage")
    with qtbot.waitSignal(engine.trouble) as told:
        engine.start()
    assert told.args is not None
    assert told.args[0].startswith("The engine said something that cannot be understood")


def test_a_program_that_is_not_there_is_named(qtbot: QtBot) -> None:
    engine = EngineClient(["/no/such/engine"])
    told: list[str] = []
    engine.trouble.connect(told.append)
    engine.start()
    qtbot.waitUntil(lambda: engine.state == "stopped" and len(told) > 4)
    assert told[0] == "The engine could not be started: /no/such/engine did not run."
    engine.close()


def test_what_is_asked_of_no_engine_fails_at_once(qtbot: QtBot) -> None:
    replies: list[protocol.Reply] = []
    EngineClient(["none"]).ask(protocol.ListRuns, replies.append)
    assert isinstance(replies[0], protocol.Failed)


def test_closing_ends_the_process_and_starts_no_other(client: Make, qtbot: QtBot) -> None:
    engine = client("good")
    with qtbot.waitSignal(engine.event_arrived):
        engine.start()
    told: list[str] = []
    engine.trouble.connect(told.append)
    engine.close()
    assert (engine.state, engine.pid, told) == ("stopped", 0, [])
