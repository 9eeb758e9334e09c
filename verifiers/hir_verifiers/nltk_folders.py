"""Whether NLTK may have data of its own, told without importing it: that takes longest at start."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_USUAL = (
    *("/usr/share", "/usr/local/share", "/usr/lib", "/usr/local/lib"),
    *("C:\\", "D:\\", "E:\\"),
)


def may_hold(kind: str) -> bool:
    """Return whether a folder of NLTK's may have data of a kind, such as "tokenizers", or a file.

    Where NLTK has been imported its list of folders may have been changed; then it is its own.
    """
    data = sys.modules.get("nltk.data")
    folders = map(Path, data.path) if data else _folders()
    return any(_holds(folder, kind) for folder in folders)


def _holds(folder: Path, kind: str) -> bool:
    """Return whether a folder has it, packed or not; one that is packed itself may."""
    is_packed = folder.suffix == ".zip" and folder.is_file()
    return is_packed or (folder / kind).exists() or (folder / f"{kind}.zip").exists()


def _folders() -> list[Path]:
    """Return where NLTK looks, in any order: see `nltk.data.path`."""
    named = os.environ.get("NLTK_DATA", "").split(os.pathsep)
    python, home = Path(sys.prefix), Path("~")
    windows = Path(os.environ.get("APPDATA", "C:\\"))
    roots = [python, python / "share", python / "lib", home, windows, *map(Path, _USUAL)]
    return [
        *(Path(name).expanduser() for name in named if name),
        *(Path(root, "nltk_data").expanduser() for root in roots),
    ]
