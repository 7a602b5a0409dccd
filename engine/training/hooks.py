"""What happens beside the steps, each in a file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.training.loop import Loop
    from engine.training.stop import StopReason


class Hook:
    """Called by the loop at named moments. A hook ends the training by `loop.stop(reason)`."""

    def on_start(self, loop: Loop) -> None:
        """Before the first step."""

    def on_step(self, loop: Loop) -> None:
        """After each step."""

    def on_epoch(self, loop: Loop) -> None:
        """After each epoch, when it has been validated."""

    def on_fault(self, loop: Loop) -> None:
        """When loss or weights are not finite, see `loop.fault`: unless a hook goes back, the training ends."""

    def on_back(self, loop: Loop) -> None:
        """After going back to a checkpoint or to the start; `loop` is there already."""

    def on_end(self, loop: Loop, reason: StopReason) -> None:
        """After the last step."""
