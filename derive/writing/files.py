"""Saving in one piece: the file is there whole, or it is not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from derive.errors import ArgumentError


def write_atomically(path: str | os.PathLike[str], text: str, overwrite: bool = False) -> Path:
    """Write a text file by way of a temporary file beside it.

    Parameters
    ----------
    path : path-like
        Where to write; the folder must exist.
    text : str
        Written as UTF-8 with newlines as they are.
    overwrite : bool
        Whether a file that is there already may be replaced.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ArgumentError
        The file exists and `overwrite` is False, or the folder does not exist.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(write_atomically(Path(folder) / "notes.md", "a line").read_text())
    a line
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise ArgumentError(f"the folder {target.parent} does not exist\n  to fix   : create it")
    if target.is_dir():
        raise ArgumentError(f"{target} is a folder\n  to fix   : name a file in it")
    if target.exists() and not overwrite:
        raise ArgumentError(
            f"{target} exists already\n  to fix   : choose another name, or pass overwrite=True"
        )
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if overwrite:
            temporary.chmod(_mode(target))
            temporary.replace(target)
        else:
            _place_new(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _place_new(temporary: Path, target: Path) -> None:
    """Give the file its name, unless someone else has taken it in the meantime."""
    temporary.chmod(_mode(target))
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise ArgumentError(f"{target} was created by someone else meanwhile") from None
    except OSError:  # a file system without hard links
        temporary.replace(target)


def _mode(target: Path) -> int:
    """The mode of the file replaced, else what a new file would have."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
