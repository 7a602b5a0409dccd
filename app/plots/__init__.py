"""Plots: one for each type of frame. pyqtgraph is imported when the first of its plots is made."""

from __future__ import annotations

import importlib
from typing import Final

from app.plots.live import LivePlot
from engine.messages.frames import ConfusionMatrix, FeatureMaps, Frame, LayerNorms, Progress, Samples, Scalars

PLOTS: Final[dict[type[Frame], str]] = {
    Scalars: "curves.CurvesPlot",
    LayerNorms: "norms.NormsPlot",
    FeatureMaps: "feature_maps.FeatureMapsPlot",
    Samples: "sample.SampleView",
    ConfusionMatrix: "confusion.ConfusionPlot",
    Progress: "progress.ProgressView",
}


def plot_class(frame: type[Frame]) -> type[LivePlot]:
    """The plot of a frame type, imported now."""
    module, _, name = PLOTS[frame].partition(".")
    found: type[LivePlot] = getattr(importlib.import_module(f"{__name__}.{module}"), name)
    return found


__all__ = ["PLOTS", "LivePlot", "plot_class"]
