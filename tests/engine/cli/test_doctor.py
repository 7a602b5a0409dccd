"""What `doctor` finds, and the sentences for what is wrong."""

from __future__ import annotations

import pytest

from engine.cli import doctor, qt_libraries
from tests.support.commands import answer, neuroloom


def test_where_all_is_well_it_says_so() -> None:
    found = answer("doctor")
    assert found["ok"] is True
    assert found["problems"] == []
    assert found["devices"][-1].startswith("cpu")
    assert found["packages"]["torch"][0].isdigit()
    assert found["missing_libraries"] == []


@pytest.mark.parametrize(
    ("pyside", "python", "clashes"),
    [
        ("6.11.2", (3, 11), False),
        ("6.12.0", (3, 11), True),
        ("6.12.0", (3, 12), False),
        ("7.0.0", (3, 11), True),
        ("", (3, 11), False),
    ],
)
def test_the_pyside_that_loses_references_is_named(pyside: str, python: tuple[int, int], clashes: bool) -> None:
    found = doctor.clash(pyside, python)
    assert bool(found) is clashes
    assert not clashes or "pip install 'PySide6-Essentials==6.11.2'" in found[0]


def test_missing_libraries_come_with_the_line_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt_libraries.sys, "platform", "linux")
    monkeypatch.setattr(qt_libraries, "_loads", lambda name: "xcb" not in name)
    monkeypatch.setattr(qt_libraries.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(qt_libraries.os, "geteuid", lambda: 1000)
    assert "libxcb-cursor.so.0" in qt_libraries.missing()
    assert qt_libraries.install_line().startswith("sudo apt-get install -y ")
    assert "libxcb-cursor0" in qt_libraries.install_line()
    monkeypatch.setattr(qt_libraries.shutil, "which", lambda name: None)
    assert "package manager" in qt_libraries.install_line()
    monkeypatch.setattr(qt_libraries.sys, "platform", "darwin")
    assert qt_libraries.install_line() == ""


def test_a_library_that_does_not_load_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_WINDOW", "raise ImportError('libEGL.so.1 is gone')")
    monkeypatch.setattr(doctor, "_DEVICES", "raise OSError('no torch here')")
    found = answer("doctor", code=1)
    assert found["ok"] is False
    assert "The window's library does not load: ImportError: libEGL.so.1 is gone" in found["problems"]
    assert "torch does not load: OSError: no torch here" in found["problems"]
    assert "no torch here" in neuroloom("doctor", code=1).stdout
