"""Probes: what is recorded of a network while it trains, within a budget of its time."""

from engine.probes.observer import Clock, Observer
from engine.probes.probe import Instrument, Probe, all_probes
from engine.probes.readback import PinnedReadback, Readback, readback_for
from engine.probes.scene import Scene
from engine.probes.scores import DeviceScores, HostScores, Scores

__all__ = [
    "Clock",
    "DeviceScores",
    "HostScores",
    "Instrument",
    "Observer",
    "PinnedReadback",
    "Probe",
    "Readback",
    "Scene",
    "Scores",
    "all_probes",
    "readback_for",
]
