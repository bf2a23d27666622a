"""What a question is doing, told to whoever waits for it.

A question that is not answered within ``DELAY`` seconds says in one line of the screen what it
is doing and for how long; the line is wiped when the answer is there.  Slow places name
themselves by ``doing``; the questions that ``derive`` hands out are watched by ``watched``.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from types import FunctionType
from typing import Any, Literal, TextIO, TypeAlias

from derive.errors import ArgumentError

DELAY, EVERY = 2.0, 0.5  # seconds before the first line, and between two of them
WIDTH = 79

Listener: TypeAlias = Callable[[str, str, float], object]
How: TypeAlias = bool | Literal["auto"] | Listener

_how: How = "auto"
_own = threading.local()


def show_progress(how: How = "auto") -> How:
    """Choose how questions that take longer than two seconds say what they are doing.

    Parameters
    ----------
    how : "auto", bool or function of (str, str, float)
        "auto" writes one line, wiped at the end, to a terminal or a notebook and nothing
        elsewhere; True writes it to the error stream in any case, False never.  A function is
        called, from a thread of its own, with the question, what it is doing, and the
        seconds so far.

    Returns
    -------
    "auto", bool or function
        The way chosen before, to be given back.

    Raises
    ------
    ArgumentError
        Anything else was given.

    Examples
    --------
    >>> import derive as dv
    >>> before = dv.show_progress(False)
    >>> dv.show_progress(before)
    False
    """
    global _how
    if not (isinstance(how, bool) or (isinstance(how, str) and how == "auto") or callable(how)):
        raise ArgumentError(
            f"`{how!r}` is no way to show progress\n"
            '  to fix   : write "auto", True, False, or a function of three arguments'
        )
    before, _how = _how, how
    return before


@dataclass
class _Watch:
    """One question that is being answered."""

    question: str
    doing: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    over: threading.Event = field(default_factory=threading.Event)
    telling: threading.Lock = field(default_factory=threading.Lock)
    is_shown: bool = False

    def follow(self, tell: Listener, wipe: Callable[[], object]) -> None:
        """Tell what is being done until it is over; runs in a thread of its own."""
        pause = DELAY
        while not self.over.wait(pause):
            pause = EVERY
            with self.telling:
                if not self.over.is_set():
                    words, parts = self.doing[-1] if self.doing else ("working", ())
                    tell(self.question, words.format(*parts), time.monotonic() - self.started)
                    self.is_shown = True
        with self.telling:
            if self.is_shown:
                wipe()


def _line_on(stream: TextIO) -> tuple[Listener, Callable[[], object]]:
    """How to write the line on a stream, over the one before, and how to wipe it."""

    def tell(question: str, what: str, seconds: float) -> None:
        text, clock = f"{question}: {what}", f" ({seconds:.0f} s; Ctrl-C stops)"
        room = WIDTH - len(clock)
        text = text if len(text) <= room else text[: room - 3] + "..."
        write((text + clock).ljust(WIDTH))

    def write(text: str) -> None:
        stream.write(f"\r{text}\r")
        stream.flush()

    return tell, lambda: write(" " * WIDTH)


def _way() -> tuple[Listener, Callable[[], object]] | None:
    """How to tell, or None for not at all."""
    if callable(_how):
        return _how, lambda: None
    if _how is False:
        return None
    if _how is True or _is_terminal(sys.stderr):
        return _line_on(sys.stderr)
    if type(sys.stdout).__module__.startswith("ipykernel"):  # a notebook colours its errors
        return _line_on(sys.stdout)
    return None


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


@contextmanager
def question(name: str) -> Iterator[None]:
    """Watch what is done inside; a question within a question is a part of the outer one."""
    if getattr(_own, "watch", None) is not None:
        with doing(name):
            yield
        return
    way = _way()
    if way is None:
        yield
        return
    watch = _own.watch = _Watch(name)
    follower = threading.Thread(target=watch.follow, args=way, daemon=True)
    follower.start()
    try:
        yield
    finally:
        _own.watch = None
        watch.over.set()
        follower.join()


@contextmanager
def doing(words: str, *parts: Any) -> Iterator[None]:
    """Name what is done inside, for the question that is being watched.

    Parameters
    ----------
    words : str
        With a brace pair for each part.
    *parts
        What is named in the words; written out only where somebody is told.

    Examples
    --------
    >>> with doing("integrating {}", "exp(-x^2)"):
    ...     pass
    """
    watch: _Watch | None = getattr(_own, "watch", None)
    if watch is None:
        yield
        return
    watch.doing.append((words, parts))
    try:
        yield
    finally:
        watch.doing.pop()


def watched(verb: Any) -> Any:
    """The function itself, watched while it runs; anything else as it is."""
    if not isinstance(verb, FunctionType):
        return verb

    @wraps(verb)
    def asked(*args: Any, **kwargs: Any) -> Any:
        with question(verb.__name__):
            return verb(*args, **kwargs)

    asked.__module__ = "derive"  # where it is found again, by pickle too
    return asked
