"""Text from outside Python: standard input and the words of a command line, as UTF-8."""

from __future__ import annotations

import os
import sys

from derive.errors import LimitError, ReadError

MOST_INPUT = 100_000  # characters


def standard_input() -> str:
    """The whole of standard input, which must be UTF-8 and of reasonable length."""
    if sys.stdin is None:
        raise ReadError("standard input is closed, and `-` reads from it")
    try:
        data = sys.stdin.buffer.read(4 * MOST_INPUT + 1)
    except OSError as error:
        raise ReadError(f"standard input cannot be read: {error.strerror or error}") from None
    found = _utf8(data, "standard input")
    if len(found) > MOST_INPUT:
        raise LimitError(f"standard input is longer than {MOST_INPUT} characters")
    return found


def decoded(word: str, name: str) -> str:
    """An argument, which Python hands over with stand-ins for the bytes it could not read."""
    if not any("\udc80" <= sign <= "\udcff" for sign in word):
        return word
    return _utf8(os.fsencode(word), f"the argument {name}")


def _utf8(data: bytes, what: str) -> str:
    """Bytes as text; a byte order mark in front is left out."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ReadError(
            f"{what} is not UTF-8 text: byte {error.start + 1} (line {line}) is "
            f"0x{data[error.start]:02x}\n"
            f"  to fix   : save or type it as UTF-8"
        ) from None
