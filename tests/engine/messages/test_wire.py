"""Messages as bytes: whatever the pieces, the same messages; whatever the bytes, a sentence or a message."""

from __future__ import annotations

import contextlib
import itertools
import struct

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ProtocolError
from engine.messages import wire
from engine.messages.frames import FeatureMaps, LayerNorms, Progress, Samples, Scalars
from engine.messages.protocol import (
    ControlRun,
    DataDescription,
    DeleteRun,
    DescribeData,
    Done,
    EngineReady,
    EngineTrouble,
    Failed,
    FrameEvents,
    Hello,
    ListRuns,
    Picture,
    PreviewTransforms,
    RunChanged,
    RunInfo,
    Runs,
    Shutdown,
    Started,
    StartRun,
    TransformedSamples,
    UnwatchRun,
    WatchRun,
    Welcome,
)

INFO = RunInfo("/runs/a", "LeNet", "running", 1.5, epoch=2, last={"train/loss": 0.5})
FRAMES = [
    Scalars(step=1, time=2.0, epoch=0.5, values={"train/loss": 0.25}),
    LayerNorms(step=1, nodes=["conv1"], gradients=[0.5], ratios=[0.001]),
    FeatureMaps(
        step=2,
        node="conv1",
        sample=3,
        shape=(6, 2, 2),
        count=1,
        height=2,
        width=2,
        low=-1,
        high=1,
        pixels=b"\0\1\2\3",
    ),
    Samples(step=2, index=0, total=9, height=1, width=1, channels=1, pixels=b"\xff", label="7"),
    Progress(
        step=3, status="running", epoch=1, epochs=2, batch=3, batches=4, steps=3, rate=1e3, eta=5, device="cpu"
    ),
]
REQUESTS = [
    Hello(1),
    ListRuns(2, "/runs"),
    StartRun(3, design="{}", name="é", overrides={"epochs": 2}, resume="/runs/b"),
    ControlRun(4, "/runs/a", "set", {"lr": 0.1}),
    WatchRun(5, "/runs/a"),
    UnwatchRun(6, "/runs/a"),
    DeleteRun(7, "/runs/a"),
    DescribeData(8, "digits", {"size": 28}),
    PreviewTransforms(9, "{}", 3, 2),
    Shutdown(9),
]
ANSWERS = [
    Welcome(1, "0.1.0", 42),
    Runs(2, [INFO]),
    Started(3, "/runs/a"),
    DataDescription(4, {"x": ([1, 8, 8], "float32", []), "y": ([], "int64", ["0"])}, 1797, ["a note"]),
    TransformedSamples(9, [Picture(1, 2, 1, b"ab")], [Picture(1, 2, 1, b"ba")]),
    Done(5),
    Failed(6, "Because.", "conv1"),
    EngineReady("2.13.0", ["cpu"], "no GPU was found"),
    FrameEvents("/runs/a", FRAMES, reset=True),
    RunChanged(INFO),
    EngineTrouble("Something."),
]


@given(cuts=st.lists(st.integers(0, 2_000), max_size=20))
def test_requests_arrive_whole_whatever_the_pieces(cuts: list[int]) -> None:
    stream = b"".join(map(wire.pack, REQUESTS))
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    unpack = wire.requests()
    pieces = [stream[start:end] for start, end in itertools.pairwise(places)]
    assert [message for piece in pieces for message in unpack.feed(piece)] == REQUESTS


def test_answers_arrive_whole_byte_by_byte() -> None:
    unpack = wire.answers()
    stream = b"".join(map(wire.pack, ANSWERS))
    assert [message for byte in stream for message in unpack.feed(bytes([byte]))] == ANSWERS


def test_every_message_of_the_protocol_is_tried_here() -> None:
    from engine.messages import protocol

    tried = {type(message) for message in (*REQUESTS, *ANSWERS)}
    declared = {*protocol.Request.__args__, *protocol.Reply.__args__, *protocol.Event.__args__}
    assert tried == declared


def test_a_length_beyond_the_limit_is_refused_before_anything_is_kept() -> None:
    with pytest.raises(ProtocolError, match="4,294,967,295 bytes is announced; at most 268,435,456 pass"):
        list(wire.requests().feed(b"\xff\xff\xff\xff"))


@pytest.mark.parametrize(
    "body",
    [b"", b"\xc1", b"not msgpack", msgspec.msgpack.encode({"type": "Nonsense"}), msgspec.msgpack.encode([1])],
)
def test_a_body_that_is_no_message_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(ProtocolError, match="could not be understood"):
        list(wire.requests().feed(struct.pack(">I", len(body)) + body))


def test_what_the_editor_says_is_not_what_an_engine_says() -> None:
    with pytest.raises(ProtocolError, match="could not be understood"):
        list(wire.requests().feed(wire.pack(Done(1))))


@given(st.binary(max_size=200))
def test_any_bytes_give_messages_or_a_protocol_error(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        assert all(type(message) in map(type, REQUESTS) for message in wire.requests().feed(data))


def test_messages_before_a_bad_one_are_delivered() -> None:
    messages = wire.requests().feed(wire.pack(Hello(1)) + wire.pack(Hello(2)) + struct.pack(">I", 1) + b"\xc1")
    assert [next(messages), next(messages)] == [Hello(1), Hello(2)]
    with pytest.raises(ProtocolError):
        next(messages)
