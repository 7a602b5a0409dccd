"""An engine that does nothing but behave, well or badly: `python fake_engine.py MODE`.

good     answers everything, is ready at once
dies     ends right after its welcome
garbage  answers with bytes that are no message
deaf     ends before it says anything
"""

from __future__ import annotations

import os
import sys

from engine.messages import protocol, wire


def main(mode: str) -> None:
    """Speak until standard input ends."""
    if mode == "deaf":
        sys.exit("this engine was built without ears")
    unpacker = wire.requests()
    while data := os.read(0, 65536):
        for request in unpacker.feed(data):
            if mode == "garbage":
                os.write(1, b"\x00\x00\x00\x04oops")
                continue
            for message in _answers(request):
                os.write(1, wire.pack(message))
            if isinstance(request, protocol.Shutdown):
                return
            if mode == "dies":
                sys.exit(3)


def _answers(request: protocol.Request) -> list[protocol.Reply | protocol.Event]:
    match request:
        case protocol.Hello():
            ready = protocol.EngineReady("2.13", ["cpu"], "The CPU is all there is.")
            return [protocol.Welcome(request.id, "0", os.getpid()), ready]
        case protocol.ListRuns():
            return [protocol.Runs(request.id, [])]
        case protocol.StartRun():
            return [protocol.Failed(request.id, "This engine trains nothing.")]
        case _:
            return [protocol.Done(request.id)]


if __name__ == "__main__":
    main(sys.argv[1])
