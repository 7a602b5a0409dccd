"""What is remembered between starts."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.settings import Remembered, Settings, examples, home, resource
from app.settings.places import COURSE
from app.settings.remembered import RECENT
from engine.errors import ParamError


def test_a_choice_comes_back_at_the_next_start() -> None:
    Settings().prefer(theme="dark")
    assert Settings().preferences.theme == "dark"
    assert Settings().path == home() / "settings.json"


def test_a_choice_that_there_is_not_is_refused_and_changes_nothing() -> None:
    settings = Settings()
    with pytest.raises(ParamError, match="must be one of system, light, dark"):
        settings.prefer(theme="pink")
    assert settings.preferences.theme == "system"


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"window": 3}'])
def test_a_broken_file_gives_the_defaults(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert Settings(path).preferences.theme == "system"


def test_one_wrong_choice_does_not_lose_the_others(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"preferences": {"theme": "dark", "gone": 1}, "shortcuts": {"file.new": "Ctrl+J"}}')
    settings = Settings(path)
    assert settings.preferences.theme == "dark"
    assert settings.shortcuts == {"file.new": "Ctrl+J"}


def test_a_folder_that_cannot_be_written_keeps_nobody_from_working(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings(tmp_path / "file" / "settings.json")
    settings.prefer(theme="light")
    assert settings.preferences.theme == "light"


def test_the_window_comes_back_byte_by_byte(tmp_path: Path) -> None:
    window = Remembered(geometry=bytes(range(256)), docks={"design": b"\0\1"}, arrangement="train")
    settings = Settings(tmp_path / "s.json")
    settings.remember(window)
    assert Settings(tmp_path / "s.json").window == window


def test_files_opened_last_come_first_once_and_not_too_many() -> None:
    window = Remembered()
    for number in range(RECENT + 5):
        window = window.with_file(Path(f"/{number}"))
    window = window.with_file(Path("/9"))
    assert len(window.files) == RECENT
    assert window.files[:2] == ("/9", f"/{RECENT + 4}")
    assert len(set(window.files)) == RECENT
    assert "/9" not in window.without_file(Path("/9")).files


def test_nothing_is_written_for_what_did_not_change(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "s.json")
    settings.remember(Remembered())
    assert not settings.path.exists()
    settings.remember(msgspec.structs.replace(Remembered(), arrangement="train"))
    assert settings.path.exists()


def test_home_may_be_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEUROLOOM_HOME", str(tmp_path))
    assert home() == tmp_path
    monkeypatch.delenv("NEUROLOOM_HOME")
    assert home().name == "neuroloom"


def test_what_comes_with_neuroloom_is_found() -> None:
    stems = [path.stem for path in examples()]
    assert stems[: len(COURSE)] == list(COURSE)
    assert stems[len(COURSE) :] == sorted(stems[len(COURSE) :])
    assert resource("neuroloom.svg").is_file()
