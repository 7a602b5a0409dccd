"""What an engine answers, and how it ends."""

from __future__ import annotations

import struct
import time

from engine.graph import text
from engine.messages import protocol, wire
from engine.messages.protocol import (
    ControlRun,
    DataDescription,
    DeleteRun,
    DescribeData,
    Done,
    EngineReady,
    EngineTrouble,
    Hello,
    ListRuns,
    PreviewTransforms,
    Shutdown,
    StartRun,
    TransformedSamples,
    WatchRun,
)
from engine.runs import with_recipe
from tests.support.designs import tiny, tiny_text
from tests.support.drawing import Drawing
from tests.support.service import ServiceProcess
from tests.support.training import digits


def test_hello_is_answered_before_torch_is_there(engine: ServiceProcess) -> None:
    welcome = engine.hello()
    assert welcome.pid == engine.process.pid
    ready = engine.wait(lambda message: message if isinstance(message, EngineReady) else None)
    assert ready.torch[0].isdigit()
    assert ready.devices[-1].startswith("cpu")
    assert ready.devices[0] in ready.reason
    assert engine.said.index(welcome) < engine.said.index(ready)


def test_an_engine_of_another_protocol_says_so(engine: ServiceProcess) -> None:
    assert "speaks version 99 of the protocol" in engine.refusal(Hello, version=99).message


def test_it_ends_when_the_other_side_closes(engine: ServiceProcess) -> None:
    engine.hello()
    start = time.monotonic()
    assert engine.close() == 0
    assert time.monotonic() - start < 5
    assert engine.errors == b""


def test_shutdown_is_answered_and_ends_it(engine: ServiceProcess) -> None:
    assert isinstance(engine.ask(Shutdown), Done)
    assert engine.ended() == 0


def test_garbage_ends_it_with_a_sentence(engine: ServiceProcess) -> None:
    engine.hello()
    engine.write(struct.pack(">I", 7) + b"garbage")
    trouble = engine.wait(lambda message: message if isinstance(message, EngineTrouble) else None)
    assert "A message could not be understood" in trouble.message
    assert engine.ended() == 1
    assert engine.errors.decode().startswith("neuroloom engine: A message could not be understood")


def test_a_shell_that_types_at_it_is_told_too(engine: ServiceProcess) -> None:
    engine.write(b"hello engine\n")
    assert engine.ended() == 1
    assert b"bytes is announced" in engine.errors


def test_requests_that_fail_end_nothing(engine: ServiceProcess) -> None:
    assert "no such run folder" in engine.refusal(ControlRun, run="/nowhere", action="pause").message
    assert "no such run folder" in engine.refusal(WatchRun, run="/nowhere").message
    assert "no such run folder" in engine.refusal(DeleteRun, run="/nowhere").message
    unknown = engine.refusal(DescribeData, source="digit").message
    assert unknown == 'There is no data source "digit". Did you mean "digits"?'
    assert "size must be one of" in engine.refusal(DescribeData, source="digits", params={"size": 9}).message
    assert "No file is chosen yet." in engine.refusal(DescribeData, source="csv").message
    assert engine.ask(ListRuns) == protocol.Runs(7, [])


def test_data_is_described_with_its_fields(engine: ServiceProcess) -> None:
    reply = engine.ask(DescribeData, source="digits", params={"size": 28})
    assert isinstance(reply, DataDescription)
    assert reply.count == 1797
    assert reply.fields["x"] == ([1, 28, 28], "float32", [])
    assert reply.fields["y"] == ([], "int64", list("0123456789"))


def test_transforms_are_previewed(engine: ServiceProcess) -> None:
    design = text.dumps(with_recipe(digits(), {"transforms": [{"id": "vertical_flip", "params": {"p": 1.0}}]}))
    reply = engine.ask(PreviewTransforms, design=design, count=3)
    assert isinstance(reply, TransformedSamples)
    assert len(reply.before) == 3
    for before, after in zip(reply.before, reply.after, strict=True):
        assert (before.height, before.width, before.channels) == (8, 8, 1)
        rows = [before.pixels[start : start + 8] for start in range(0, 64, 8)]
        assert after.pixels == b"".join(reversed(rows))
    wrong = text.dumps(with_recipe(digits(), {"transforms": [{"id": "flip"}]}))
    assert 'There is no transform "flip".' in engine.refusal(PreviewTransforms, design=wrong).message


def test_a_broken_design_is_refused_in_words(engine: ServiceProcess) -> None:
    drawing = Drawing("Broken")
    drawing.add("x", "input", shape=[4])
    drawing.add("wrong", "conv2d", "x")
    failed = engine.refusal(StartRun, design=text.dumps(drawing.classify("wrong")))
    assert failed.node == "wrong"
    assert failed.message.startswith("wrong: ")


def test_what_cannot_be_learnt_is_refused(engine: ServiceProcess) -> None:
    assert "no loss" in engine.refusal(StartRun, design=_without_loss()).message
    assert "JSON" in engine.refusal(StartRun, design="[]").message
    assert "at least 1" in engine.refusal(StartRun, design=tiny_text(), overrides={"epochs": 0}).message
    assert engine.ask(ListRuns) == protocol.Runs(4, [])


def test_messages_in_one_piece_are_all_answered(engine: ServiceProcess) -> None:
    engine.write(b"".join(wire.pack(ListRuns(id=id)) for id in range(1000, 1010)))
    engine.wait(lambda message: getattr(message, "id", None) == 1009 or None)
    assert [message.id for message in engine.said if isinstance(message, protocol.Runs)] == list(range(1000, 1010))


def _without_loss() -> str:
    drawing = Drawing()
    drawing.add("x", "input", shape=[2])
    drawing.add("y", "dense", "x", out_features=2)
    return text.dumps(drawing.document)


def test_the_tiny_design_is_sound() -> None:
    assert len(tiny().graph()) == 7
