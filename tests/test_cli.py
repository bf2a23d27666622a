"""The command: what it prints, where, and with which exit status."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import derive
from derive import cli
from derive.errors import ShapeError

SHAPES = "X: n x d, w: d, y: n, lam: positive"
RIDGE = ["gradient", "norm2(X*w - y)^2/2 + lam/2*norm2(w)^2", "--wrt", "w", "--shapes", SHAPES]
KL = ["kl", "Normal(mu1, sigma1)", "Normal(mu2, sigma2)"]
DUAL = ["dual", "minimize x'*x/2 over x subject to A*x == b", "--shapes", "x: n, A: m x n, b: m"]


@pytest.fixture
def run(capsys):
    """Exit status, standard output and standard error of one call."""

    def call(*argv):
        try:
            status = cli.main([*argv])
        except SystemExit as stop:
            status = stop.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


# --- answers ----------------------------------------------------------------------------


def test_the_main_job_prints_everything_in_order(run):
    status, out, err = run(*RIDGE)
    assert (status, err) == (0, "")
    places = [
        out.index(part)
        for part in (
            "gradient of f = 1/2 ‖Xw − y‖² + λ/2 ‖w‖²  in w",
            "df = ",
            "∇f = Xᵀ(Xw − y) + λw",
            "LaTeX",
            r"\nabla_{\mathbf{w}} f &= \mathbf{X}^\top",
            "NumPy",
            "def f(",
            "checked: ",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("argv", "found"),
    [
        (["entropy", "Exponential(lam)"], "1 − log λ"),
        (["entropy", "Normal(mu, 2)", "--base", "2"], "bits"),
        (KL, "KL = "),
        (["eigen", "[[2, 1], [1, 2]]"], "λ = (3, 1)ᵀ"),
        (["eigen", "[[a, b], [b, a]]"], "a + b"),
        (DUAL, "strong duality"),
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_every_verb_answers(run, argv, found):
    status, out, err = run(*argv)
    assert (status, err) == (0, "")
    assert found in out


@pytest.mark.parametrize("verb", [*cli.VERBS, cli.EQUAL], ids=lambda verb: verb.name)
def test_the_example_of_every_verb_runs(run, verb):
    words = split_like_a_shell(verb.example)
    assert words[:2] == ["derive", verb.name]
    status, out, err = run(*words[1:])
    assert (status, err) == (0, "")
    assert out


@pytest.mark.parametrize("verb", [v for v in cli.VERBS if v.python], ids=lambda verb: verb.name)
def test_a_verb_has_its_name_in_python_as_well(run, verb):
    assert callable(getattr(derive, verb.python))
    words = [*split_like_a_shell(verb.example)[1:], "--detail", "result"]
    assert run(verb.python, *words[1:]) == run(*words)


def test_a_taylor_polynomial_has_a_point_and_an_order(run):
    asked = ("taylor", "exp(x)", "--wrt", "x", "--shapes", "x: scalar", "--detail", "result")
    assert "x³/6" in run(*asked, "--around", "0", "--order", "3")[1]
    assert "h" in run(*asked)[1]
    status, _, err = run(*asked, "--order", "two")
    assert (status, "a whole number from 0 up, got 'two'" in err) == (2, True)


def test_equality_is_decided(run):
    shapes = ("--shapes", "A: n x n, B: n x n, x: n")
    status, out, err = run("equal", "A*(B + A)", "A*B + A^2", *shapes, "--ascii")
    assert (status, err) == (0, "")
    assert "proved equal" in out
    assert out.isascii()
    status, out, err = run("equal", "A*B", "B*A", *shapes, "--format", "json")
    assert (status, err) == (1, "")
    assert json.loads(out)["decision"] == "different"
    assert run("equal", "A", "x", *shapes)[0] == 2


def test_the_status_says_whether_two_expressions_are_equal(run):
    scalar = ("--shapes", "x: scalar")
    assert run("equal", "x + x", "2*x", *scalar)[0] == 0  # proved
    assert run("equal", "softplus(x) - softplus(-x)", "x", *scalar)[0] == 0  # tested
    status, out, err = run("equal", "sign(x)^2", "1", *scalar)
    assert (status, err) == (1, "")
    assert "0 against 1 at x = 0" in out
    narrow = "log(sin(x) - 1 + 1/10^9)"
    status, out, err = run("equal", narrow, f"{narrow} + sin(x)", *scalar)
    assert (status, out) == (1, "")
    assert "not decided" in err
    assert run("equal", "x +", "x", *scalar)[0] == 2


def split_like_a_shell(line):
    """Words of a line in which double quotes hold words together."""
    parts = line.split('"')
    words = []
    for k, part in enumerate(parts):
        words.extend([part] if k % 2 else part.split())
    return words


def test_a_problem_says_its_own_sense(run):
    problem = "maximize -norm2(x)^2/2 over x subject to A*x == b"
    status, out, err = run("dual", problem, "--shapes", "x: n, A: m x n, b: m")
    assert (status, err) == (0, "")
    assert "minimise 1/2 ‖Aᵀν‖²" in out
    assert run("dual", "x^2 over x", "--shapes", "x: scalar")[0] == 2


def test_a_dual_that_is_zero_has_every_block(run):
    status, out, err = run("dual", "minimize norm2(x)^2 over x", "--shapes", "x: n")
    assert (status, err) == (0, "")
    assert "maximise 0" in out
    assert "checked: " in out


def test_a_page_without_numpy_says_why(run, monkeypatch):
    def refuse(self):
        raise ShapeError("the size n cannot be read off")

    monkeypatch.setattr(derive.derivation.Derivation, "function", refuse)
    status, out, err = run(*RIDGE)
    assert (status, err) == (0, "")
    assert "# the size n cannot be read off" in out
    for kind in ("markdown", "html", "json", "latex"):
        assert run(*RIDGE, "--format", kind)[0] == 0


def test_parse_shows_what_was_read(run):
    status, out, _ = run("parse", "X'*(X*w - y)", "--shapes", SHAPES)
    assert status == 0
    assert out.splitlines() == [
        "Xᵀ(Xw − y)    d",
        "",
        "X'*(X*w - y)",
        "",
        r"\mathbf{X}^\top(\mathbf{X}\mathbf{w} - \mathbf{y})",
    ]
    as_json = json.loads(run("parse", "w'*w", "--shapes", SHAPES, "--format", "json")[1])
    assert as_json["shape"] == "scalar"


# --- formats ----------------------------------------------------------------------------


def test_json_holds_every_part(run):
    found = json.loads(run(*RIDGE, "--format", "json")[1])
    assert {"question", "steps", "conditions", "latex", "numpy", "certificate"} <= set(found)
    assert found["certificate"]["verdict"] == "verified"
    assert len(found["steps"]) == 4


def test_latex_alone(run):
    out = run(*RIDGE, "--format", "latex", "--detail", "result")[1]
    assert out == (
        r"\nabla_{\mathbf{w}} f = \mathbf{X}^\top(\mathbf{X}\mathbf{w} - \mathbf{y})"
        r" + \lambda\mathbf{w}" + "\n"
    )


def test_markdown_has_formulas_and_source(run):
    out = run(*RIDGE, "--format", "markdown")[1]
    assert "$$\n\\begin{aligned}" in out
    assert "```python" in out


def test_html_is_a_whole_page(run):
    out = run(*RIDGE, "--format", "html", "--ascii")[1]
    assert out.startswith("<!DOCTYPE html>")
    assert out.isascii()
    assert "&#8711;f" in out


def test_numpy_is_source_that_runs(run):
    out = run(*RIDGE, "--format", "numpy")[1]
    namespace = {}
    exec(compile(out, "f.py", "exec"), namespace)  # noqa: S102 - our own generated source
    X, w, y = np.arange(6.0).reshape(3, 2), np.array([1.0, -1.0]), np.array([1.0, 0.0, 2.0])
    found = namespace["f"](X, w, y, 0.5)
    np.testing.assert_allclose(found, X.T @ (X @ w - y) + 0.5 * w)


def test_short_detail_leaves_out_routine_lines(run):
    out = run(*RIDGE, "--detail", "short")[1]
    assert "linearity" not in out
    assert "squared norm" in out


def test_result_detail_is_one_line(run):
    assert run(*RIDGE, "--detail", "result")[1] == "∇f = Xᵀ(Xw − y) + λw\n"


@pytest.mark.parametrize("form", cli.FORMATS)
def test_ascii_is_ascii_in_every_format(run, form):
    status, out, _ = run(*RIDGE, "--ascii", "--format", form)
    assert status == 0
    assert out.isascii()


# --- input ------------------------------------------------------------------------------


class Input(io.TextIOWrapper):
    """Standard input made of bytes."""

    def __init__(self, data):
        super().__init__(io.BytesIO(data), encoding="utf-8")


def test_an_expression_may_come_from_standard_input(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Input(b"w'*w\n"))
    out = run("gradient", "-", "--wrt", "w", "--shapes", "w: d", "--detail", "result")[1]
    assert out == "∇f = 2w\n"


def test_standard_input_that_is_not_utf_8_is_refused(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Input(b"w'*\xff"))
    status, _, err = run("parse", "-", "--shapes", "w: d")
    assert status == 2
    assert "not UTF-8" in err


def test_standard_input_without_end_is_refused(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Input(b"1+" * 300_000))
    status, _, err = run("parse", "-")
    assert status == 2
    assert "longer than" in err


def test_an_expression_may_begin_with_a_minus_sign(run):
    out = run("gradient", "-w'*w", "--wrt", "w", "--shapes", "w: d", "--detail", "result")[1]
    assert out == "∇f = −2w\n"


# --- exit status ------------------------------------------------------------------------

BAD_INPUT = [
    (["parse", "X*y", "--shapes", SHAPES], "ShapeInTextError", "X*y\n   ^"),
    (["parse", "norm2(X*w - z)", "--shapes", SHAPES], "NameUnknownError", "^"),
    (["parse", "w +", "--shapes", SHAPES], "ReadError", "^"),
    (["gradient", "X*w", "--wrt", "w", "--shapes", SHAPES], "ShapeError", "scalar"),
    (["gradient", "w'*w", "--wrt", "z", "--shapes", SHAPES], "ArgumentError", "'z'"),
    (["entropy", "Cauch(a)"], "NameUnknownError", "Cauchy"),
    (["entropy", "Normal(mu, -1)"], "DomainError", "sigma"),
    (["entropy", "Normal(mu"], "ReadError", "^"),
    (["kl", "Normal(mu, sigma)", "[1, 2]"], "ReadError", "a call is expected"),
    (["eigen", "[[1, 2], [3, 4]]"], "DomainError", "symmetric"),
    (["eigen", "1 + 1"], "ReadError", "an explicit matrix is expected"),
    (["dual", "minimize x"], "Error", "over"),
]


@pytest.mark.parametrize(("argv", "kind", "part"), BAD_INPUT, ids=lambda v: str(v)[:40])
def test_bad_input_is_status_2_with_the_message_on_standard_error(run, argv, kind, part):
    status, out, err = run(*argv)
    assert status == 2
    assert out == ""
    assert kind in err.splitlines()[0]
    assert part in err


def test_no_answer_is_status_1(run):
    status, out, err = run("eigen", "[[1, 1, 0], [1, 2, 1], [0, 1, 5]]")
    assert (status, out) == (1, "")
    assert "NoClosedFormError" in err


def test_a_refuted_result_is_status_1(run, monkeypatch):
    def refuted(*_, **__):
        raise derive.RefutedError("line 3 is wrong")

    monkeypatch.setitem(vars(derive), "gradient", refuted)
    assert run(*RIDGE) == (1, "", "RefutedError: line 3 is wrong\n")


@pytest.mark.parametrize("argv", [[], ["integrate", "x"], ["gradient", "x"], [*RIDGE, "--loud"]])
def test_a_wrong_command_is_status_2_with_the_usage(run, argv):
    status, out, err = run(*argv)
    assert (status, out) == (2, "")
    assert err.startswith("usage: derive")


def test_version_and_help(run):
    assert run("--version") == (0, f"derive {derive.__version__}\n", "")
    status, out, _ = run("--help")
    assert status == 0
    for verb in (*cli.VERBS, cli.EQUAL, cli.PARSE):
        assert verb.summary in " ".join(out.split())
        assert verb.example in out
    assert "exit status" in out
    assert "example:" in run("kl", "--help")[1]


# --- terminals --------------------------------------------------------------------------

PROGRAM = "import sys; from derive.cli import main; sys.exit(main())"
# a process that was started in the background hands on that it ignores interrupts
ANNOUNCED = "import signal; signal.signal(2, signal.default_int_handler); " + PROGRAM.replace(
    "sys.exit", "sys.stderr.write('ready\\n'), sys.stderr.flush(), sys.exit"
)


def process(*argv, program=PROGRAM, **settings):
    environment = {**os.environ, **settings.pop("env", {})}
    command = [sys.executable, "-c", program, *argv]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, **settings
    )


def test_an_ascii_terminal_gets_ascii():
    with process(*RIDGE, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}) as one:
        out, err = one.communicate(timeout=60)
    assert (one.returncode, err) == (0, b"")
    assert b"grad f = X'(Xw - y) + lam w" in out


def test_a_reader_that_stops_early_is_no_error():
    with process(*RIDGE) as one:
        assert one.stdout is not None
        assert one.stderr is not None
        one.stdout.close()
        assert one.stderr.read() == b""
        assert one.wait(timeout=60) == 0


def test_an_interrupt_is_status_130():
    with process("parse", "-", stdin=subprocess.PIPE, program=ANNOUNCED) as one:
        assert one.stderr is not None
        assert one.stderr.readline() == b"ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            one.wait(timeout=1)
        one.send_signal(signal.SIGINT)
        assert one.wait(timeout=60) == 130
        assert one.stderr.read() == b"interrupted\n"


def test_output_is_the_same_for_every_hash_seed():
    outputs = set()
    for seed in ("1", "2"):
        with process(*KL, env={"PYTHONHASHSEED": seed}) as one:
            outputs.add(one.communicate(timeout=60)[0])
    assert len(outputs) == 1


# --- streams ----------------------------------------------------------------------------


def shell(line, data=b""):
    """Exit status, standard output and standard error of a shell line; ``derive`` runs."""
    command = f"derive() {{ '{sys.executable}' -m derive \"$@\"; }}; {line}"
    environment = {**os.environ, "PYTHONUNBUFFERED": ""}
    done = subprocess.run(
        ["sh", "-c", command], input=data, capture_output=True, timeout=120, env=environment
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# a device that is always full, where the system has one
FULL = "/dev/full"
FAILING_STREAMS = [
    ("derive parse - <&-", "standard input is closed"),
    ("derive parse x --shapes x >&-", "standard output is closed"),
]
if Path(FULL).exists():
    FAILING_STREAMS += [
        (f"derive parse x --shapes 'x: scalar' >{FULL}", "cannot be written: No space"),
        (f"derive --help >{FULL}", "cannot be written: No space"),
    ]


@pytest.mark.parametrize(("line", "words"), FAILING_STREAMS)
def test_a_stream_that_fails_is_named(line, words):
    status, out, err = shell(line)
    assert (status, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
    assert "Exception" not in err


def test_bytes_that_are_not_utf8_are_named():
    status, _, err = shell("derive parse - --shapes 'x: scalar'", b"x +\n\xff")
    assert status == 2
    assert "standard input is not UTF-8 text: byte 5 (line 2) is 0xff" in err
    status, _, err = shell("derive parse \"$(printf 'x\\377')\" --shapes 'x: scalar'")
    assert status == 2
    assert "the argument expression is not UTF-8 text: byte 2 (line 1) is 0xff" in err


def test_a_byte_order_mark_is_left_out():
    status, out, _ = shell("derive parse - --shapes 'x: scalar'", b"\xef\xbb\xbfx^2")
    assert status == 0
    assert "x^2" in out


def test_an_option_that_is_given_twice_is_refused(run):
    status, _, err = run("gradient", "x*y", "--wrt", "x", "--wrt", "y")
    assert status == 2
    assert "--wrt is given twice" in err


def test_the_help_says_what_detail_does_not_change(run):
    _, out, _ = run("gradient", "--help")
    assert "json and numpy hold all at any detail" in " ".join(out.split())


def test_standard_input_is_read_once(capsys):
    assert cli.main(["gradient", "-", "--wrt", "x", "--shapes", "-"]) == 2
    message = capsys.readouterr().err
    assert "expression and --shapes are to be read from it" in message


def test_an_answer_that_is_not_checked_says_so_at_every_detail(run):
    argv = ["gradient", "log(x - 10^9)", "--wrt", "x", "--shapes", "x: scalar"]
    for detail in ("result", "short", "full"):
        for form in ("text", "latex", "markdown", "html", "json", "numpy"):
            status, out, _ = run(*argv, "--detail", detail, "--format", form)
            assert status == 0
            reason = "only 0 admissible points" if form == "json" else "not checked: d(f)"
            assert reason in out, (detail, form)
    _, out, _ = run(*RIDGE, "--detail", "result")
    assert "checked" not in out


# --- laws of vectors --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "found"),
    [
        (["entropy", "MultivariateNormal(mu, Sigma)"], "log det Σ + d/2"),
        (["expectation", "x'*A*x", "MultivariateNormal(mu, S)", "--shapes", "A: d x d"], "tr(AS)"),
        (["variance", "Poisson(lam)"], "v = λ"),
        (["fisher", "Normal(mu, sigma)", "--wrt", "mu", "--count", "10"], "10/σ²"),
        (["mle", "Normal(mu, sigma)", "--known", "mu"], "σ = √((∑ᵢ (xᵢ − μ)²)/n)"),
        (["posterior", "Normal(m, s)", "Normal(a, t)", "--of", "m"], "σₙ = 1"),
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_a_law_is_what_it_is_in_python(run, argv, found):
    status, out, err = run(*argv, "--detail", "result")
    assert (status, err) == (0, "")
    assert found in out
