"""Finding the node at fault: where the first value that is not finite appears, or which node raises."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, fx

from engine.build import as_tuple
from engine.training.data import Batch
from engine.training.forward import Forward


def first_bad_place(forward: Forward, batch: Batch) -> str:
    """A sentence with the first node whose weights or output are not finite on a batch; empty where none is."""
    watcher = _walk(forward, batch)
    if not watcher.what:
        return ""
    return f' The first node at fault is "{watcher.node}": NaN or Inf is in {watcher.what}.'


def failing_node(forward: Forward, batch: Batch) -> str:
    """The node that raises on a batch; empty where none does, or the device is beyond asking."""
    try:
        watcher = _walk(forward, batch)
    except RuntimeError:  # after a fault inside a kernel CUDA refuses everything
        return ""
    return watcher.node if watcher.what == "" else ""


class _Found(Exception):  # noqa: N818 - a signal that ends the walk
    pass


class _Watcher(fx.Interpreter):
    """Runs a graph node by node and stops at the first fault."""

    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module, garbage_collect_values=True)
        self.node = self.what = ""

    def run_node(self, n: fx.Node) -> Any:
        name = str(n.meta.get("node", n.name))
        if n.op == "call_module":
            layer = self.module.get_submodule(str(n.target))
            if not all(map(_finite, (*layer.parameters(), *layer.buffers()))):
                self._stop(name, "its weights")
        try:
            result = super().run_node(n)
        except Exception:  # noqa: BLE001 - whatever it is, its node is wanted
            self._stop(name, "")
        if n.op != "output" and not _finite(result):
            self._stop(name, "its output")
        return result

    def _stop(self, node: str, what: str) -> None:
        self.node, self.what = node, what
        raise _Found


def _walk(forward: Forward, batch: Batch) -> _Watcher:
    inputs, targets = batch
    compiled = forward.compiled
    watcher = _Watcher(compiled.network)
    with torch.no_grad(), forward.computing():
        try:
            outputs = as_tuple(watcher.run(*inputs))
            if compiled.criterion is not None:
                watcher = _Watcher(compiled.criterion)
                watcher.run(*outputs, *targets)
        except _Found:
            pass
    return watcher


def _finite(value: Any) -> bool:
    if isinstance(value, Tensor):
        return not value.is_floating_point() or bool(torch.isfinite(value).all())
    if isinstance(value, (tuple, list)):
        return all(map(_finite, value))
    return True
