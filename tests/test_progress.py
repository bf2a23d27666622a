"""A question that takes long says what it is doing, and leaves no trace on the screen."""

from __future__ import annotations

import io
import pickle
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

import derive as dv
from derive import progress
from derive.information.entropy import entropy
from derive.progress import doing, question, watched


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The first line comes at once, and the way of showing is given back."""
    monkeypatch.setattr(progress, "DELAY", 0.01)
    monkeypatch.setattr(progress, "EVERY", 0.01)
    yield
    dv.show_progress("auto")


class Terminal(io.StringIO):
    """A stream that calls itself a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_listener_hears_what_is_done_and_for_how_long():
    heard: list[tuple[str, str, float]] = []
    dv.show_progress(lambda *told: heard.append(told))
    with question("kl_divergence"), doing("integrating {}", "x^2"):
        time.sleep(0.2)
    assert heard[0][:2] == ("kl_divergence", "integrating x^2")
    assert all(a[2] < b[2] for a, b in pairwise(heard))


def test_the_innermost_part_is_named_and_the_outer_one_again_after_it():
    heard: list[str] = []
    dv.show_progress(lambda name, what, seconds: heard.append(f"{name}: {what}"))
    with question("entropy"), doing("a"):
        with question("expectation"):
            time.sleep(0.1)
        time.sleep(0.1)
    assert list(dict.fromkeys(heard)) == ["entropy: expectation", "entropy: a"]


def test_the_line_on_a_terminal_is_wiped(monkeypatch: pytest.MonkeyPatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with question("entropy"), doing("the mean of {}", "log(x)" * 40):
        time.sleep(0.1)
    lines = screen.getvalue().split("\r")
    assert lines[1].startswith("entropy: the mean of log(x)")
    assert lines[1].endswith("... (0 s; Ctrl-C stops)")
    assert all(len(line) <= progress.WIDTH for line in lines)
    assert lines[-2].strip() == "" and len(lines[-2]) == progress.WIDTH


def test_nothing_is_written_where_nobody_looks_or_the_answer_is_at_hand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    with question("entropy"):
        time.sleep(0.05)
    monkeypatch.setattr(progress, "DELAY", 5)
    dv.show_progress(True)
    with question("entropy"):
        pass
    assert capsys.readouterr() == ("", "")


def test_true_writes_to_a_stream_that_is_no_terminal_and_false_never(
    monkeypatch: pytest.MonkeyPatch,
):
    for stream, how, is_written in ((io.StringIO(), True, True), (Terminal(), False, False)):
        monkeypatch.setattr(sys, "stderr", stream)
        dv.show_progress(how)
        with question("entropy"):
            time.sleep(0.05)
        assert bool(stream.getvalue()) is is_written


def test_an_error_or_an_interrupt_ends_the_watch():
    dv.show_progress(True)
    before = threading.active_count()
    for error in (KeyboardInterrupt, ValueError):
        with pytest.raises(error), question("entropy"), doing("a"):
            raise error
    assert threading.active_count() == before
    assert getattr(progress._own, "watch", None) is None


def test_every_verb_that_is_handed_out_is_watched_and_keeps_its_name():
    assert dv.entropy.__wrapped__ is entropy
    assert dv.entropy.__doc__ == entropy.__doc__
    assert watched(dv.MarkovChain) is dv.MarkovChain
    assert pickle.loads(pickle.dumps(dv.entropy)) is dv.entropy  # noqa: S301 - made here


def test_a_real_question_tells_its_stages():
    heard: set[str] = set()
    dv.show_progress(lambda name, what, seconds: heard.add(f"{name}: {what}"))
    dv.renyi_divergence("ContinuousBernoulli(a)", "ContinuousBernoulli(b)", 3)
    assert any(told.startswith("renyi_divergence: checking") for told in heard)


@pytest.mark.parametrize("how", [None, "yes", 1.5])
def test_another_way_is_refused(how: object):
    with pytest.raises(dv.ArgumentError, match="is no way to show progress"):
        dv.show_progress(how)
