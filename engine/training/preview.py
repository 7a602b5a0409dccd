"""What a recipe's transforms make of real samples, as pictures: `python -m engine.training.preview`.

Takes a `PreviewTransforms` as JSON on standard input, and gives the reply as msgpack on standard output.
"""

from __future__ import annotations

import sys

import msgspec
import numpy as np
import torch
from torch import Tensor

from engine.analysis import analyse, plan
from engine.errors import BuildError, NeuroloomError
from engine.graph import Document, text
from engine.messages.protocol import Failed, Picture, PreviewTransforms, TransformedSamples
from engine.nodes import standard_catalog
from engine.recipe import Recipe
from engine.training.augmenting import Augmentation
from engine.training.data import load, prepare


def preview(document: Document, count: int, draw: int) -> tuple[list[Picture], list[Picture]]:
    """Some training samples of the first input before and after the transforms; `draw` numbers the chance.

    Raises:
        NeuroloomError: the document, its recipe or its data is at fault.
    """
    recipe, catalog = Recipe.parse(document.recipe), standard_catalog()
    planned = plan(document, analyse(document, catalog), catalog)
    if not planned.network.placeholders:
        raise BuildError("The document has no input, so there are no samples to show. Add an Input.")
    data = prepare(load(recipe), recipe, planned).train
    rows = torch.linspace(0, data.count - 1, min(count, data.count)).long()
    batch = data.take(rows)
    changed, _ = Augmentation(recipe, planned)(batch, draw)
    before, after = batch[0][0], changed[0]
    low, high = float(before.min()), float(before.max())
    return [[_picture(sample, low, high) for sample in samples] for samples in (before, after)]  # type: ignore[return-value]


def _picture(sample: Tensor, low: float, high: float) -> Picture:
    """One sample as grey or coloured pixels; what is no picture becomes rows of numbers."""
    values = sample.double()
    if values.ndim != 3:
        values = values.reshape(1, -1, values.shape[-1] if values.ndim else 1)
    if values.shape[0] not in (1, 3):
        values = values[:1]
    scaled = (values - low) / ((high - low) or 1.0) * 255
    pixels = scaled.clamp(0, 255).round().to(torch.uint8).permute(1, 2, 0).contiguous().numpy()
    height, width, channels = pixels.shape
    return Picture(height, width, channels, np.ascontiguousarray(pixels).tobytes())


def main() -> None:
    """Answer one request."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=PreviewTransforms)
    reply: TransformedSamples | Failed
    try:
        before, after = preview(text.loads(request.design), request.count, request.draw)
        reply = TransformedSamples(request.id, before, after)
    except NeuroloomError as error:
        reply = Failed(request.id, str(error), getattr(error, "node", ""))
    sys.stdout.buffer.write(msgspec.msgpack.encode(reply))


if __name__ == "__main__":
    main()
