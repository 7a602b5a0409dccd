"""What can be said to a run while it runs. It is written to the run folder and read between two steps."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import msgspec


class _Control(msgspec.Struct, frozen=True, tag_field="action", tag=str.lower):
    pass


class Pause(_Control, frozen=True):
    """Wait after the step in hand."""


class Resume(_Control, frozen=True):
    """Go on."""


class Stop(_Control, frozen=True):
    """Write a checkpoint and end."""


class Step(_Control, frozen=True):
    """Do one batch, then wait."""


class Set(_Control, frozen=True):
    """Change a knob: `lr`."""

    values: dict[str, float]


class Watch(_Control, frozen=True):
    """Which node's large feature maps to record, for which validation sample; `node` empty for none."""

    node: str = ""
    sample: int = 0


Control: TypeAlias = Pause | Resume | Stop | Step | Set | Watch

encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Control).decode

ACTIONS: Final = tuple(kind.__struct_config__.tag for kind in (Pause, Resume, Stop, Step, Set, Watch))


def control(action: str, values: dict[str, Any]) -> Control:
    """A control from its action's name and its fields.

    Raises:
        msgspec.ValidationError: no such action, or fields that do not belong to it.
    """
    found: Control = msgspec.convert({"action": action, **values}, Control)
    return found
