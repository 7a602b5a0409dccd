"""A recurrent group as a module: its cell computed once a time step."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TypeAlias

from torch import Tensor, nn

Leaving: TypeAlias = Tensor | list[Tensor]
"""What leaves a group: one tensor, or one a step."""


class Scan(nn.Module):
    """Runs a cell over axis 1 of what it takes step by step, and carries its states along.

    The cell takes the entries of a step, then the states; it gives what leaves at a step, then the next
    states. Its layers are attributes of this module, so keys of the state dict read `rnn.dense1.weight`; what
    else it has begins with `_`, as no node's name does.

    Shapes:
        in: (N, T, …) for entries step by step, any for others, then (N, …) for states from outside
        out: a list of T tensors (N, …) for all steps, (N, …) for the last alone
    """

    def __init__(
        self,
        cell: nn.Module,
        first: Mapping[str, nn.Module],
        outside: tuple[str, ...],
        entries_stepwise: tuple[bool, ...],
        exits_stepwise: tuple[bool, ...],
        *,
        reverse: bool = False,
    ) -> None:
        super().__init__()
        for name, layer in (*cell.named_children(), *first.items()):
            self.add_module(name, layer)
        self.__dict__["_cell"] = cell  # not a child: its layers are
        self._states, self._outside = tuple(first), outside
        self._entries_stepwise, self._exits_stepwise = entries_stepwise, exits_stepwise
        self._reverse, self._truncate = reverse, 0

    @staticmethod
    def cut(module: nn.Module, steps: int) -> None:
        """Let gradients go back at most so many steps (Williams and Peng 1990) wherever in a module; 0 is all."""
        for part in module.modules():
            if isinstance(part, Scan):
                part._truncate = steps

    def forward(self, *inputs: Tensor) -> Leaving | tuple[Leaving, ...]:
        cell: nn.Module = self.__dict__["_cell"]
        count, leaving = len(self._entries_stepwise), len(self._exits_stepwise)
        entries, given = inputs[:count], dict(zip(self._outside, inputs[count:], strict=True))
        sequence = entries[self._entries_stepwise.index(True)]
        states = [given[name] if name in given else self.get_submodule(name)(sequence) for name in self._states]
        # Taken apart at once: a slice a step would cost a whole sequence of zeros each when gradients come back.
        apart = (
            entry.unbind(1) if stepwise else itertools.repeat(entry)
            for entry, stepwise in zip(entries, self._entries_stepwise, strict=True)
        )
        steps = list(zip(*apart, strict=False))
        left: list[tuple[Tensor, ...]] = []
        for place, taken in enumerate(reversed(steps) if self._reverse else steps):
            if self._truncate and place and place % self._truncate == 0:
                states = [state.detach() for state in states]
            results = cell(*taken, *states)
            left.append(results[:leaving])
            states = results[leaving:]
        outputs = tuple(
            list(each[::-1] if self._reverse else each) if stepwise else each[-1]
            for each, stepwise in zip(zip(*left, strict=True), self._exits_stepwise, strict=True)
        )
        return outputs[0] if len(outputs) == 1 else outputs

    def train(self, mode: bool = True) -> Scan:
        self.__dict__["_cell"].train(mode)
        return super().train(mode)
