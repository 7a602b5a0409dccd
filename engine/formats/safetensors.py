"""Weights without pickle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import BuildError, FileError
from engine.formats.format import Format, Subject
from engine.graph import file as files


class SafeTensors(Format):
    """Trained weights, by the state-dict keys of the exported source."""

    id, title, suffix, needs_weights = "safetensors", "safetensors", ".safetensors", True

    def write(self, subject: Subject, out: Path) -> None:
        """The weights of the network, checked against the document first."""
        if subject.weights is None:
            raise BuildError("There are no weights to export: train first, and name the run instead of the file.")
        from safetensors.torch import save

        from engine.build import compile  # torch is not needed to list formats, nor to write another

        tensors = _read(subject.weights)
        network = compile(subject.document).network
        keys = network.state_dict().keys()
        try:
            network.load_state_dict({key: tensors[key] for key in keys & tensors.keys()})
        except RuntimeError as error:
            raise BuildError(f"{subject.weights}: these weights are not of this document: {error}") from None
        files.write(out, save({key: tensors[key] for key in keys}, {"format": "pt"}))


def _read(path: Path) -> dict[str, Any]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)  # type: ignore[no-any-return]  # the library has no annotations
    except (SafetensorError, OSError) as error:
        raise FileError(f"The weights cannot be read: {error}.", path=str(path)) from None
