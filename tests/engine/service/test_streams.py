"""The engine's pipes: nothing else gets between, and a slow reader keeps nobody waiting."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from engine.messages import wire
from engine.messages.frames import FeatureMaps
from engine.messages.protocol import Done, EngineTrouble, FrameEvents
from engine.service.launcher import Launcher
from engine.service.streams import Outbox, pieces

ROOT = Path(__file__).parents[3]
FRAME = FeatureMaps(
    step=1, node="a", sample=0, shape=(1,), count=1, height=1, width=2**20, low=0, high=1, pixels=bytes(2**20)
)


def read_all(source: int) -> list[object]:
    unpack = wire.answers()
    return [message for data in pieces(source) for message in unpack.feed(data)]


def test_what_libraries_print_does_not_break_the_stream() -> None:
    code = (
        "import os, sys, subprocess\n"
        "from engine.service.streams import claim\n"
        "source, target = claim()\n"
        "print('from Python', flush=True)\n"
        "os.write(1, b'from C\\n')\n"
        "subprocess.run(['echo', 'from a child'])\n"
        "assert os.read(0, 10) == b''\n"
        "os.write(target, os.read(source, 100))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], input=b"request", capture_output=True, cwd=ROOT, check=True
    )
    assert found.stdout == b"request"
    assert found.stderr.split(b"\n")[:3] == [b"from Python", b"from C", b"from a child"]


def test_messages_leave_in_order_and_sending_never_waits() -> None:
    source, target = os.pipe()
    outbox = Outbox(target, broken=lambda: None)
    sent = [FrameEvents("run", [FRAME]), Done(1), FrameEvents("run", [FRAME]), Done(2)]
    for message in sent:
        outbox.send(message)
    assert outbox.is_behind("run")
    assert not outbox.is_behind("another")
    read: list[object] = []
    reader = threading.Thread(target=lambda: read.extend(read_all(source)))
    reader.start()
    outbox.close(10)
    reader.join(10)
    os.close(source)
    assert read == sent
    assert not outbox.is_behind("run")


def test_a_reader_that_goes_away_is_noticed() -> None:
    source, target = os.pipe()
    gone = threading.Event()
    outbox = Outbox(target, broken=gone.set)
    os.close(source)
    outbox.send(EngineTrouble("Nobody hears this."))
    assert gone.wait(10)
    os.close(target)


def test_a_launcher_that_is_closed_starts_no_spare() -> None:
    launcher = Launcher(lambda ready: None, lambda run, code: None)
    launcher.close()
    launcher.warm()
    assert not launcher.has_spare
