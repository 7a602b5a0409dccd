"""What stands inside a block only: its ports, and the states of a recurrent group."""

from __future__ import annotations

import re
from typing import Literal

from engine.catalog import Call, Expr, In, Inputs, NodeKind, Port, Shape, Shapes, Weighted, Weights, layer
from engine.errors import ParamError
from engine.nodes.inputs import sample_conflicts
from engine.spec import Sizes, param

_PORT = re.compile(r"[a-z][a-z0-9_]{0,63}\Z", re.ASCII)


def port_conflicts(name: str) -> list[ParamError]:
    """The rule for names of ports."""
    if _PORT.match(name):
        return []
    return [ParamError("name", "starts with a small letter and holds small letters, digits and _ only", name)]


class BlockInput(NodeKind):
    """What enters a block: an input port of every node that stands for it.

    Shapes:
        out: as what is wired to the port; in a recurrent group one step of it, without the axis of time
    Source:
        torch.fx placeholder.
    """

    id, title, category, role = "block_input", "Block input", "Block", "entry"
    icon = "mdi6.location-enter"
    aliases = ("port", "entry", "argument", "in")
    equation = "y = x, or x[t] step by step"
    inputs = ()

    name: str = param("in", "Name of the port.", card=True)
    feed: Literal["step", "whole"] = param(
        "step", "In a recurrent group: one time step after the other, or the whole at each step."
    )

    def conflicts(self) -> list[ParamError]:
        """A port's name is an identifier."""
        return port_conflicts(self.name)

    def shapes(self, inputs: Inputs) -> Shapes:  # noqa: ARG002
        """Known only where the block is placed."""
        return {"out": Shape.batch()}

    def calls(self, inputs: Inputs) -> dict[str, Expr]:  # noqa: ARG002
        """Nothing is computed."""
        return {"out": In()}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0


class BlockOutput(NodeKind):
    """What leaves a block: an output port of every node that stands for it.

    Shapes:
        in: any
        out: the same; in a recurrent group with the axis of time, or the last step alone
    Source:
        torch.fx output.
    """

    id, title, category, role = "block_output", "Block output", "Block", "exit"
    icon = "mdi6.location-exit"
    aliases = ("port", "exit", "result", "return", "out")
    equation = "y = x, or y[t] = x of step t"
    outputs = ()

    name: str = param("out", "Name of the port.", card=True)
    give: Literal["all", "last"] = param("all", "In a recurrent group: all time steps, or the last one alone.")

    def conflicts(self) -> list[ParamError]:
        """A port's name is an identifier."""
        return port_conflicts(self.name)

    def shapes(self, inputs: Inputs) -> Shapes:  # noqa: ARG002
        """Nothing goes on inside the block."""
        return {}

    def calls(self, inputs: Inputs) -> dict[str, Expr]:  # noqa: ARG002
        """Nothing is computed."""
        return {}


class State(Weighted):
    """A value that a recurrent group carries from one time step to the next.

    The wire into `next` may close a cycle: what it brings is read one step later.

    Shapes:
        next: (N, *shape)
        out: (N, *shape), the value of the step before
    Source:
        Elman 1990 (context units).
    """

    id, title, category, role = "state", "State", "Block", "state"
    icon = "mdi6.reload"
    aliases = ("delay", "memory", "feedback", "recurrent", "hidden", "z^-1", "carry", "cycle")
    equation = "y[t] = x[t − 1], y[0] = initial"
    inputs = (Port("next", "The value for the next time step.", optional=True),)

    shape: Sizes = param(
        (16,), "Size of each axis of the value, the batch left out.", low=1, high=2**28, card=True
    )
    initial: Literal["zeros", "learned", "input"] = param(
        "zeros", "Value before the first step: zeros, learned, or from an input port of the group."
    )
    name: str = param("state", "With initial from an input: name of the group's port.")

    def conflicts(self) -> list[ParamError]:
        """A state has bounds, and its port a name."""
        return sample_conflicts(self.shape) or port_conflicts(self.name)

    def shapes(self, inputs: Inputs) -> Shapes:  # noqa: ARG002
        """As declared; that what comes back has the same shape is a rule of the group."""
        return {"out": Shape.batch(*self.shape)}

    def weights(self, inputs: Inputs) -> Weights:  # noqa: ARG002
        """The first value, where it is learned."""
        return {"initial": self.shape} if self.initial == "learned" else {}

    def flops(self, inputs: Inputs, outputs: Shapes) -> int:  # noqa: ARG002
        """Nothing is computed."""
        return 0

    def call(self, inputs: Inputs) -> Call:  # noqa: ARG002
        """The value before the first step, one a sample of what comes in."""
        if self.initial == "learned":
            return layer("engine.torchside.layers.states.LearnedState", args=(In("next"),), shape=self.shape)
        return layer("engine.torchside.layers.states.ZeroState", args=(In("next"),), shape=self.shape)
