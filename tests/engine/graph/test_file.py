"""Saving: whatever fails, the old file is there, or the new one."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import FileError
from engine.graph import AddNode, Document, Node, file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "net.loom"


def document(count: int) -> Document:
    return Document.of([Node(f"n{n}", "feed") for n in range(count)])


def names(path: Path) -> set[str]:
    return {each.name for each in path.parent.iterdir()}


def test_a_save_is_read_back_and_keeps_the_version_before(path: Path) -> None:
    file.save(document(1), path)
    assert names(path) == {"net.loom"}
    file.save(document(2), path)
    file.save(document(3), path)
    assert file.load(path) == document(3)
    assert file.load(path.with_suffix(".loom~")) == document(2)
    assert names(path) == {"net.loom", "net.loom~"}


@pytest.mark.skipif(os.name != "posix", reason="modes and links are POSIX's")
def test_mode_and_link_are_kept(path: Path) -> None:
    file.save(document(1), path)
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask
    path.chmod(0o640)
    link = path.with_name("link.loom")
    link.symlink_to(path)
    file.save(document(2), link)
    assert link.is_symlink()
    assert file.load(path) == document(2)
    assert path.stat().st_mode & 0o777 == 0o640


class Faults:
    """Counts the calls of I/O functions, and fails the n-th."""

    def __init__(self, fail_at: int) -> None:
        self.fail_at, self.calls = fail_at, list[str]()

    def wrap(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            self.calls.append(name)
            if len(self.calls) - 1 == self.fail_at:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*args, **kwargs)

        return call


class FailingFile:
    """A file object whose calls are counted."""

    def __init__(self, inner: object, faults: Faults) -> None:
        self.inner, self.faults = inner, faults

    def __enter__(self) -> FailingFile:
        return self

    def __exit__(self, *args: object) -> None:
        self.inner.close()  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> object:
        real = getattr(self.inner, name)
        return self.faults.wrap(name, real) if name in ("write", "flush") else real


def _faulty(monkeypatch: pytest.MonkeyPatch, faults: Faults) -> None:
    for name in ("open", "fsync", "replace", "link", "unlink"):
        monkeypatch.setattr(os, name, faults.wrap(name, getattr(os, name)))
    real = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda *args: FailingFile(real(*args), faults))
    monkeypatch.setattr("shutil.copymode", faults.wrap("copymode", file.shutil.copymode))
    monkeypatch.setattr("shutil.copy2", faults.wrap("copy2", file.shutil.copy2))


def _calls(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    with monkeypatch.context() as patch:
        faults = Faults(-1)
        _faulty(patch, faults)
        file.save(document(2), path)
    return faults.calls


def test_every_call_may_fail(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each I/O call of a save failed in turn: an error means the old file, success the new one."""
    file.save(document(1), path)
    calls = _calls(path, monkeypatch)
    assert {"open", "write", "flush", "fsync", "replace", "link", "copymode"} <= set(calls)
    refused: list[str] = []
    for fail_at in range(len(calls)):
        file.save(document(1), path)
        with monkeypatch.context() as patch:
            _faulty(patch, Faults(fail_at))
            try:
                file.save(document(2), path)
                expected = document(2)
            except FileError as error:
                expected = document(1)
                refused.append(str(error))
        assert file.load(path) == expected, calls[fail_at]
        assert file.sweep(path, older=-1) <= 1
        assert names(path) <= {"net.loom", "net.loom~"}
    assert len(refused) >= 5
    assert all("No space left on device" in each and "save elsewhere" in each for each in refused)


def test_a_short_write_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.save(document(1), path)
    monkeypatch.setattr(os.path, "getsize", lambda path: 1)
    with pytest.raises(FileError, match="bytes are needed"):
        file.save(document(2), path)
    assert file.load(path) == document(1)


def test_without_links_the_previous_version_is_copied(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(*args: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_link)
    file.save(document(1), path)
    file.save(document(2), path)
    assert file.load(path.with_suffix(".loom~")) == document(1)


def test_strays_of_killed_saves_are_swept_by_the_next(path: Path) -> None:
    old, fresh, other = (path.with_name(name) for name in (".net.loom.1-a.tmp", ".net.loom.2-b.tmp", ".x.tmp"))
    for stray in (old, fresh, other):
        stray.write_bytes(b"half")
    os.utime(old, (0, 0))
    file.save(document(1), path)
    assert names(path) == {"net.loom", fresh.name, other.name}


def test_what_cannot_be_read_or_written_is_said(path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read"):
        file.load(path)
    with pytest.raises(FileError, match="cannot be read"):
        file.load(path.parent)
    with pytest.raises(FileError, match="cannot be saved"):
        file.save(document(1), path.parent / "no folder" / "net.loom")


def test_too_large_a_file_is_not_read(path: Path) -> None:
    with path.open("wb") as sparse:
        sparse.truncate(64 * 2**20 + 2)
    with pytest.raises(FileError, match="more than 67,108,864 bytes"):
        file.load(path)


def test_unknown_kinds_lose_nothing(path: Path) -> None:
    drawn = document(1)
    drawn.apply(AddNode(Node("strange", "kind.of.another/house", {"deep": {"a": [1, None]}}, title="<b>")))
    file.save(drawn, path)
    file.save(file.load(path), path)
    assert file.load(path) == drawn


SAVER = """
import sys
from pathlib import Path
from engine.graph import Document, Node, file
documents = [Document.of([Node(f"n{n}", "feed") for n in range(count)]) for count in (300, 301)]
print("ready", flush=True)
turn = 0
while True:
    file.save(documents[turn % 2], Path(sys.argv[1]))
    turn += 1
"""


def test_kill_at_any_moment_leaves_old_or_new(path: Path) -> None:
    import random
    import subprocess

    wanted = [document(300), document(301)]
    rng = random.Random(0)
    for _ in range(30):
        child = subprocess.Popen([sys.executable, "-c", SAVER, str(path)], stdout=subprocess.PIPE)
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(0.002 + rng.random() * 0.03)
        finally:
            child.kill()
            child.communicate()
        assert not path.exists() or file.load(path) in wanted
        backup = path.with_suffix(".loom~")
        assert not backup.exists() or file.load(backup) in wanted
    file.sweep(path, older=-1)
    assert names(path) == {"net.loom", "net.loom~"}
