"""Losses of sequences that no one has aligned."""

from __future__ import annotations

from engine.catalog import Call, In, Inputs, Port, function
from engine.nodes.comparing import clash, need_one_each, one_each
from engine.nodes.losses.loss import Loss
from engine.nodes.rules import SEQUENCE, breach, changed, need_rank
from engine.spec import param

LAYERS = "engine.torchside.layers.ctc"


class CTC(Loss):
    """How improbable a text is under scores for each moment, over all ways to spread it in time.

    Without lengths every input is full, and a target ends where only blanks follow: pad with the blank.

    Shapes:
        in: (N, T, K) log-probabilities
        target: (N, S) labels 0 to K − 1
        input_lengths, target_lengths: (N) whole numbers
        out: a single number
    Source:
        Graves et al. 2006; torch.nn.functional.ctc_loss.
    """

    id, title = "ctc", "CTC"
    icon = "mdi6.waveform"
    aliases = (
        "connectionist temporal classification",
        "ctc_loss",
        "speech recognition",
        "handwriting",
        "alignment",
    )
    equation = "L = −log Σ p(π), over all π that collapse to y"
    inputs = (
        Port("in", "Log-probabilities of each label at each moment."),
        Port("target", "The labels in order, padded with the blank."),
        Port("input_lengths", "Moments of each sample that count.", optional=True),
        Port("target_lengths", "Labels of each target that count.", optional=True),
    )

    blank: int = param(0, "The label that means nothing new.", low=0, high=2**20, card=True)
    zero_infinity: bool = param(False, "Leave out samples whose target is longer than the input can tell.")

    def check(self, inputs: Inputs) -> None:
        """Scores over time, labels over length, lengths one a sample."""
        found, target = inputs["in"], inputs["target"]
        need_rank(self, found, 3, SEQUENCE)
        if target.rank != 2 or target.dtype != "int64":
            raise breach(
                self,
                "needs a list of labels a sample (int64)",
                target,
                port="target",
                suggestion="Set the target's dtype to int64 and its shape to the longest text.",
            )
        if self.blank >= found.size(2):
            raise clash(
                self,
                f"takes label {self.blank} for the blank, but labels go from 0 to {found.size(2) - 1}",
                inputs,
                "Lower blank, or give the last layer an output more.",
            )
        for port in ("input_lengths", "target_lengths"):
            if port in inputs:
                need_one_each(self, inputs, port)
                if inputs[port].dtype != "int64":
                    raise breach(
                        self,
                        "needs whole lengths (int64)",
                        inputs[port],
                        port=port,
                        suggestion="Set its dtype to int64.",
                    )

    def labels(self, inputs: Inputs) -> int | None:
        """One for each score."""
        return None if "target_lengths" in inputs else inputs["in"].size(2)

    def loss(self, inputs: Inputs) -> Call:
        """Forward through time; torch's own knows no lengths on the device and differs from run to run there."""
        lengths = {port: one_each(inputs, port) for port in ("input_lengths", "target_lengths") if port in inputs}
        options = changed(self, "blank", "zero_infinity", "reduction")
        return function(f"{LAYERS}.ctc", In(), In("target"), **lengths, **options)
