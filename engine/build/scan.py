"""A recurrent group as a module: its cell computed once a time step."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import torch
from torch import Tensor, nn


class Scan(nn.Module):
    """Runs a cell over axis 1 of what it takes step by step, and carries its states along.

    The cell takes the entries of a step, then the states; it gives what leaves at a step, then the next
    states. Its layers are attributes of this module, so keys of the state dict read `rnn.dense1.weight`.
    With `truncate` above 0, gradients go back at most so many steps (Williams and Peng 1990).

    Shapes:
        in: (N, T, …) for entries step by step, any for others, then (N, …) for states from outside
        out: (N, T, …) for all steps, (N, …) for the last alone
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
        self.__dict__["cell"] = cell  # not a child: its layers are
        self.states, self.outside = tuple(first), outside
        self.entries_stepwise, self.exits_stepwise = entries_stepwise, exits_stepwise
        self.reverse, self.truncate = reverse, 0

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        cell: nn.Module = self.__dict__["cell"]
        count, leaving = len(self.entries_stepwise), len(self.exits_stepwise)
        entries, given = inputs[:count], dict(zip(self.outside, inputs[count:], strict=True))
        sequence = entries[self.entries_stepwise.index(True)]
        states = [given[name] if name in given else self.get_submodule(name)(sequence) for name in self.states]
        # Taken apart at once: a slice a step would cost a whole sequence of zeros each when gradients come back.
        apart = (
            entry.unbind(1) if stepwise else itertools.repeat(entry)
            for entry, stepwise in zip(entries, self.entries_stepwise, strict=True)
        )
        steps = list(zip(*apart, strict=False))
        left: list[tuple[Tensor, ...]] = []
        for place, taken in enumerate(reversed(steps) if self.reverse else steps):
            if self.truncate and place and place % self.truncate == 0:
                states = [state.detach() for state in states]
            results = cell(*taken, *states)
            left.append(results[:leaving])
            states = results[leaving:]
        outputs = tuple(
            torch.stack(each[::-1] if self.reverse else each, 1) if stepwise else each[-1]
            for each, stepwise in zip(zip(*left, strict=True), self.exits_stepwise, strict=True)
        )
        return outputs[0] if len(outputs) == 1 else outputs

    def train(self, mode: bool = True) -> Scan:
        self.__dict__["cell"].train(mode)
        return super().train(mode)
