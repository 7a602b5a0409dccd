"""System libraries that the window needs on Linux, which of them are missing, and the line that installs them."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path
from typing import Final

# What Qt's xcb and offscreen platforms link to and its wheels do not carry, by the Debian package that has it.
PACKAGES: Final = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
FONT_FOLDERS: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_PACKAGE: Final = "fonts-dejavu-core"


def missing() -> list[str]:
    """The libraries that cannot be loaded; none on systems other than Linux, where wheels carry all."""
    if not sys.platform.startswith("linux"):
        return []
    return [name for name in PACKAGES if not _loads(name)]


def packages() -> list[str]:
    """The Debian packages that are missing, a font among them where there is none at all."""
    if not sys.platform.startswith("linux"):
        return []
    return sorted({PACKAGES[name] for name in missing()} | (set() if _has_fonts() else {FONT_PACKAGE}))


def install_line() -> str:
    """The line that installs what is missing, empty where nothing is."""
    wanted = packages()
    if not wanted:
        return ""
    if shutil.which("apt-get"):
        root = "" if os.geteuid() == 0 else "sudo "
        return f"{root}apt-get install -y {' '.join(wanted)}"
    return f"Install with the system's package manager what holds: {', '.join(missing()) or 'a font'}"


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _has_fonts() -> bool:
    return any(
        found.suffix.lower() in (".ttf", ".otf", ".ttc", ".pfb")
        for folder in FONT_FOLDERS
        for found in Path(folder).expanduser().rglob("*")
    )


if __name__ == "__main__":
    sys.stdout.write(" ".join(packages()) + "\n")
