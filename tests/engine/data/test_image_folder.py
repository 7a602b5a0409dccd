"""Folders of pictures, good and hostile."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.source import Samples
from engine.data.sources.image_folder import ImageFolder
from engine.errors import DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, value in (("cats", 255), ("dogs", 51)):
        (tmp_path / name).mkdir()
        for number in range(2):
            Image.new("RGB", (6, 4), (value, 0, 0)).save(tmp_path / name / f"{number}.png")
    return tmp_path


def load(folder: Path, **params: object) -> Samples:
    source = ImageFolder.parse({"path": str(folder), "size": 4, **params})
    samples = source.load()
    assert source.fields() == samples.fields
    for field in samples.fields:
        assert samples.arrays[field.name].shape == (len(samples), *field.shape.sample)
        assert samples.arrays[field.name].dtype == field.shape.dtype
    return samples


def refused(folder: Path | str, **params: object) -> str:
    with pytest.raises(DataError) as caught:
        ImageFolder.parse({"path": str(folder), "size": 4, **params}).load()
    return str(caught.value)


def bomb(width: int, height: int) -> bytes:
    """A PNG that declares a size and holds nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def test_folders_are_classes_and_values_run_from_0_to_1(folder: Path) -> None:
    samples = load(folder)
    assert samples.fields[1].classes == ("cats", "dogs")
    assert samples.arrays["y"].tolist() == [0, 0, 1, 1]
    x = samples.arrays["x"]
    assert x.shape == (4, 3, 4, 4)
    np.testing.assert_allclose(x[:, 0, 0, 0], [1, 1, 0.2, 0.2])
    assert not x[:, 1:].any()


def test_grey_is_the_luma_of_the_colour(folder: Path) -> None:
    x = load(folder, channels="grey").arrays["x"]
    np.testing.assert_allclose(x[0, 0], 0.299, atol=0.5 / 255)


def test_crop_keeps_the_middle_and_stretch_keeps_all(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    pixels = np.zeros((4, 8, 3), np.uint8)
    pixels[:, 2:6] = 255
    Image.fromarray(pixels).save(tmp_path / "a" / "1.png")
    assert load(tmp_path, fit="crop").arrays["x"].min() == 1
    assert load(tmp_path, fit="stretch").arrays["x"].mean() == pytest.approx(0.5, abs=0.05)


def test_pictures_stand_upright_as_their_tag_says(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[0] = 255
    tag = Image.Exif()
    tag[0x0112] = 6  # turn by 90° clockwise to see it upright
    Image.fromarray(pixels).save(tmp_path / "a" / "1.png", exif=tag)
    x = load(tmp_path).arrays["x"][0, 0]
    np.testing.assert_array_equal(x, np.rot90(pixels[..., 0], -1) / 255)


def test_what_is_transparent_becomes_white(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "a" / "1.png")
    assert load(tmp_path).arrays["x"].min() == 1


def test_height_and_width_may_differ(folder: Path) -> None:
    assert load(folder, size=(2, 5)).arrays["x"].shape == (4, 3, 2, 5)


def test_damaged_files_are_counted_and_named(folder: Path) -> None:
    whole = (folder / "cats" / "0.png").read_bytes()
    (folder / "cats" / "5.png").write_bytes(whole[:50])
    (folder / "dogs" / "text.jpg").write_text("no picture")
    message = refused(folder)
    assert message.startswith(f"{folder}: cats/5.png is damaged")
    assert "and 1 more file cannot be used. Remove them, or set bad_files to leave out." in message
    samples = load(folder, bad_files="leave out")
    assert len(samples) == 4
    assert samples.notes == ("2 files were left out: cats/5.png, dogs/text.jpg.",)


@pytest.mark.parametrize(("width", "height"), [(8_000, 8_000), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_pictures_of_too_many_pixels_are_refused_before_they_are_read(
    folder: Path, width: int, height: int
) -> None:
    (folder / "cats" / "bomb.png").write_bytes(bomb(width, height))
    assert "cats/bomb.png" in refused(folder)
    assert "pixels" in refused(folder) or "damaged" in refused(folder)


def test_other_formats_are_not_opened_whatever_their_name(folder: Path) -> None:
    Image.new("RGB", (4, 4)).save(folder / "cats" / "x.tmp", format="TIFF")
    (folder / "cats" / "x.tmp").rename(folder / "cats" / "x.png")
    assert "cats/x.png is no picture of a kind that is read" in refused(folder)


def test_links_out_of_the_folder_are_not_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.png"
    Image.new("RGB", (4, 4)).save(outside)
    (folder / "cats" / "link.png").symlink_to(outside)
    assert len(load(folder)) == 4


def test_more_memory_than_there_should_be_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.sources.image_folder.MAX_BYTES", 700)
    assert "4 pictures of this size need" in refused(folder)


def test_folders_that_are_none(tmp_path: Path) -> None:
    assert refused("") == "No folder is chosen yet."
    assert "holds no folders" in refused(tmp_path)
    (tmp_path / "a").mkdir()
    assert "1 of the folders hold no pictures: a." in refused(tmp_path)
    (tmp_path / "file").touch()
    assert "There is a file here, no folder." in refused(tmp_path / "file")
