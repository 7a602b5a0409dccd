"""Folders of pictures, one folder a class."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from engine.catalog import Shape
from engine.data.paths import given_folder
from engine.data.source import Field, Samples, Source
from engine.errors import DataError
from engine.spec import Pair, both, param

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

FORMATS: Final = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp"})
MAX_PIXELS: Final = 50_000_000
MAX_BYTES: Final = 8 * 2**30
MAX_CLASSES: Final = 10_000
SHOWN: Final = 3


class Listed(msgspec.Struct, frozen=True):
    """The pictures of a folder: class names in order, and (file, class) of each picture."""

    classes: tuple[str, ...]
    files: tuple[tuple[Path, int], ...]


class ImageFolder(Source):
    """Pictures in a folder that holds one folder for each class; values from 0 to 1.

    Read are PNG, JPEG, BMP, GIF and WebP files, turned upright as their EXIF tag says.

    Shapes:
        x: (N, 1 or 3, height, width)
        y: (N) int64, the class
    """

    id, title, icon = "image_folder", "Image folder", "mdi6.folder-image"

    path: str = param("", "The folder with a folder of pictures for each class.", editor="path")
    size: Pair = param(32, "Height and width that all pictures get.", low=1, high=4096, unit="px")
    channels: Literal["RGB", "grey"] = param("RGB", "Three channels, or one.")
    fit: Literal["crop", "stretch"] = param(
        "crop", "Cut to the shape around the middle, or stretch the sides apart."
    )
    bad_files: Literal["refuse", "leave out"] = param("refuse", "What to do with files that are no pictures.")

    def fields(self) -> tuple[Field, ...]:
        return self._fields(_class_names(given_folder(self.path)))

    def load(self) -> Samples:
        folder = given_folder(self.path)
        listed = _list(folder)
        self._check_memory(len(listed.files), folder)
        pictures, labels, faults = self._pictures(listed)
        if faults and (self.bad_files == "refuse" or not pictures):
            raise _refusal(faults, folder)
        import numpy as np

        notes = (f"{len(faults):,} files were left out: {_names(faults)}.",) if faults else ()
        arrays = {"x": np.stack(pictures), "y": np.array(labels, np.int64)}
        return Samples(self._fields(listed.classes), arrays, notes)

    def _fields(self, classes: tuple[str, ...]) -> tuple[Field, ...]:
        x = Field("x", Shape.batch(3 if self.channels == "RGB" else 1, *both(self.size)))
        return x, Field("y", Shape.batch(dtype="int64"), classes)

    def _check_memory(self, count: int, folder: Path) -> None:
        needed = self.fields()[0].shape.nbytes * count
        if needed > MAX_BYTES:
            raise DataError(
                f"{count:,} pictures of this size need {needed / 2**30:.1f} GiB; at most "
                f"{MAX_BYTES / 2**30:.0f} GiB are loaded. Choose a smaller size.",
                file=str(folder),
            )

    def _pictures(self, listed: Listed) -> tuple[list[np.ndarray], list[int], list[tuple[Path, str]]]:
        pictures, labels = [], []
        faults: list[tuple[Path, str]] = []
        for path, label in listed.files:
            try:
                pictures.append(self._picture(path))
                labels.append(label)
            except DataError as error:
                faults.append((path, str(error)))
        return pictures, labels, faults

    def _picture(self, path: Path) -> np.ndarray:
        """One file as (channels, height, width) float32."""
        import numpy as np
        from PIL import ImageOps, UnidentifiedImageError

        try:
            with _open(path) as image:
                upright = ImageOps.exif_transpose(image)
                wanted = self._fitted(_flat(upright).convert("RGB" if self.channels == "RGB" else "L"))
                pixels = np.asarray(wanted, np.float32) / 255
        except UnidentifiedImageError:
            raise DataError("is no picture of a kind that is read") from None
        except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
            raise DataError(f"is damaged: {error}") from None
        return pixels.transpose(2, 0, 1) if pixels.ndim == 3 else pixels[None]

    def _fitted(self, image: Image.Image) -> Image.Image:
        from PIL import Image, ImageOps

        height, width = both(self.size)
        if self.fit == "crop":
            return ImageOps.fit(image, (width, height), Image.Resampling.BILINEAR)
        return image.resize((width, height), Image.Resampling.BILINEAR)


def _open(path: Path) -> Image.Image:
    """A picture whose size was checked before any pixel was read."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            image = Image.open(path, formats=FORMATS)
        except Image.DecompressionBombError:
            raise DataError(f"has far more than {MAX_PIXELS:,} pixels") from None
    if image.width * image.height > MAX_PIXELS:
        image.close()
        raise DataError(f"has {image.width:,}×{image.height:,} pixels; at most {MAX_PIXELS:,} are read")
    return image


def _flat(image: Image.Image) -> Image.Image:
    """The picture on white where it is transparent."""
    if not image.has_transparency_data:
        return image
    from PIL import Image

    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)


def _class_names(folder: Path) -> tuple[str, ...]:
    try:
        names = sorted(item.name for item in folder.iterdir() if item.is_dir() and not item.name.startswith("."))
    except OSError as error:
        raise DataError(f"The folder cannot be read: {error.strerror}.", file=str(folder)) from None
    if not names:
        raise DataError("The folder holds no folders; each class needs one of its own.", file=str(folder))
    if len(names) > MAX_CLASSES:
        raise DataError(f"There are {len(names):,} folders; at most {MAX_CLASSES:,} are read.", file=str(folder))
    return tuple(names)


def _list(folder: Path) -> Listed:
    classes = _class_names(folder)
    root = folder.resolve()
    files = tuple(
        (path, label)
        for label, name in enumerate(classes)
        for path in sorted((folder / name).iterdir())
        if path.suffix.lower() in SUFFIXES and path.is_file() and path.resolve().is_relative_to(root)
    )
    filled = {label for _, label in files}
    empty = [name for label, name in enumerate(classes) if label not in filled]
    if empty:
        names = ", ".join(empty[:SHOWN]) + (", …" if len(empty) > SHOWN else "")
        raise DataError(f"{len(empty):,} of the folders hold no pictures: {names}.", file=str(folder))
    return Listed(classes, files)


def _names(faults: list[tuple[Path, str]]) -> str:
    shown = ", ".join(f"{path.parent.name}/{path.name}" for path, _ in faults[:SHOWN])
    return shown + (", …" if len(faults) > SHOWN else "")


def _refusal(faults: list[tuple[Path, str]], folder: Path) -> DataError:
    path, reason = faults[0]
    others = (
        f", and {len(faults) - 1:,} more file{'s' * (len(faults) > 2)} cannot be used" if len(faults) > 1 else ""
    )
    return DataError(
        f"{path.parent.name}/{path.name} {reason}{others}. Remove them, or set bad_files to leave out.",
        file=str(folder),
    )
