"""Saving in one piece: the file is there whole, or it is not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from derive.errors import ArgumentError


def file_path(path: object) -> Path:
    """A path as given by a user: text or path-like.

    Raises
    ------
    ArgumentError
        It is something else, an open file for instance.
    """
    if isinstance(path, str | os.PathLike) and isinstance(os.fspath(path), str):
        return Path(path)
    raise ArgumentError(
        f"a file is named by a text or a path, got {type(path).__name__}\n"
        f'  to fix   : give its name, as in "notes.md"'
    )


def python_path(path: object) -> Path:
    """The path of a Python file; raises an ArgumentError for any other."""
    target = file_path(path)
    if target.suffix != ".py":
        raise ArgumentError(f"a function is saved as a .py file, got {target.name!r}")
    return target


def write_whole(target: Path, text: str, overwrite: bool) -> Path:
    """Write a file by way of a temporary one beside it; whatever stops it is an ArgumentError."""
    try:
        _require_place(target, overwrite)
        _write(target, text, overwrite)
    except FileExistsError:
        raise ArgumentError(f"{target} was created by someone else meanwhile") from None
    except (OSError, ValueError) as error:
        if isinstance(error, ArgumentError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise ArgumentError(
            f"cannot write {_shown(target)}: {reason}\n  to fix   : choose another name or folder"
        ) from None
    return target


def _require_place(target: Path, overwrite: bool) -> None:
    """Refuse a place where no file can be, or where one is that may not be replaced."""
    if not target.parent.is_dir():
        raise ArgumentError(
            f"the folder {_shown(target.parent)} does not exist\n  to fix   : create it"
        )
    if target.is_dir():
        raise ArgumentError(f"{target} is a folder\n  to fix   : name a file in it")
    if os.path.lexists(target) and not overwrite:
        kind = "exists" if target.exists() else "is a link to a file that does not exist"
        raise ArgumentError(
            f"{target} {kind}\n  to fix   : choose another name, or pass overwrite=True"
        )


def _write(target: Path, text: str, overwrite: bool) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        temporary.chmod(_mode(target))
        if overwrite:
            temporary.replace(target)
        else:
            _place_new(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _place_new(temporary: Path, target: Path) -> None:
    """Give the file its name, unless someone else has taken it in the meantime."""
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        temporary.replace(target)


def _mode(target: Path) -> int:
    """The mode of the file replaced, else what a new file would have."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _shown(path: Path) -> str:
    """A path for a message, shortened in the middle if it is very long."""
    text = ascii(str(path))[1:-1]
    return text if len(text) <= 160 else f"{text[:80]}...{text[-60:]}"
