"""Why a training ended."""

from __future__ import annotations

import enum


class StopReason(enum.Enum):
    """Why a training ended; the value is kept in the run, `words` are shown."""

    FINISHED = "finished"
    EARLY = "early"
    USER = "user"
    SIGNAL = "signal"
    NOT_FINITE = "not finite"
    FAILED = "failed"

    @property
    def status(self) -> str:
        """The run's status that follows."""
        ends = {"finished": "finished", "early": "finished", "user": "stopped", "signal": "stopped"}
        return ends.get(self.value, "failed")

    @property
    def words(self) -> str:
        """A sentence for the user."""
        return {
            "finished": "All epochs are done.",
            "early": "Stopped early: the watched value got no better.",
            "user": "Stopped by you; it can be resumed.",
            "signal": "Stopped because the system asked its process to end; it can be resumed.",
            "not finite": "The loss is not finite.",
            "failed": "An error ended it.",
        }[self.value]
