"""The loop of a recurrent group over its time steps, as source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from engine.analysis import Body
from engine.source.expressions import BODY
from engine.source.literals import INDENT
from engine.source.names import claim

STEP: Final = "step"
"""The method that computes one time step."""


def loop(body: Body, held: list[str], step: str, avoid: Iterable[str]) -> tuple[list[str], int, list[str]]:
    """What `forward` takes, how many tensors it gives, and its lines.

    `held` are the names that the method `step` takes; those in `avoid` are not used.
    """
    count = len(body.entries_stepwise)
    entries, states = held[:count], dict(zip(held[count:], body.states, strict=True))
    used = {*held, *avoid}
    gives = [claim(end.name, used) for end in body.kind.ends.exits]
    kept = {
        name: claim(f"{name}_steps", used)
        for name, stepwise in zip(gives, body.exits_stepwise, strict=True)
        if stepwise
    }
    time = claim("t", used)
    sequence = entries[body.entries_stepwise.index(True)]
    turns = f"range({sequence}.shape[1])"
    taken = [
        f"{name}[:, {time}]" if stepwise else name
        for name, stepwise in zip(entries, body.entries_stepwise, strict=True)
    ]
    turned = "[::-1]" if body.kind.reverse else ""
    answers = [f"torch.stack({kept[name]}{turned}, 1)" if name in kept else name for name in gives]
    lines = [
        *(f"{BODY}{name} = self.{state.node}({sequence})" for name, state in states.items() if not state.port),
        *(f"{BODY}{name} = []" for name in kept.values()),
        f"{BODY}for {time} in {f'reversed({turns})' if body.kind.reverse else turns}:",
        f"{BODY}{INDENT}{', '.join((*gives, *states))} = self.{step}({', '.join((*taken, *states))})",
        *(f"{BODY}{INDENT}{steps}.append({name})" for name, steps in kept.items()),
        f"{BODY}return {', '.join(answers)}",
    ]
    return [*entries, *(name for name, state in states.items() if state.port)], len(gives), lines
