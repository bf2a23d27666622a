"""Certificates: shared points, the negative control, one line of words, determinism, threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import flint
import pytest

from derive.check.certificate import Certificate, certify, require_not_refuted
from derive.check.claim import LEVELS, Finding, Plan
from derive.check.claims import SameValue
from derive.check.gradients import GradientOf
from derive.check.precision import bits_for, working_precision
from derive.check.relations import Equation
from derive.errors import RefutedError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language.expression import symbol
from derive.language.functions import differential, elementwise, nabla
from derive.language.relations import Relation, Words
from derive.language.sizes import Size

n, d = Size.named("n"), Size.named("d")
X, w, y = symbol("X", (n, d)), symbol("w", (d, 1)), symbol("y", (n, 1))
lam, f, t = symbol("lam", (1, 1), ("nonnegative", "nonzero", "positive")), symbol("f"), symbol("t")
HALF = Fraction(1, 2)
RIDGE = HALF * fn.norm2(X @ w - y) ** 2 + HALF * lam * fn.norm2(w) ** 2
NAMES = ((f, RIDGE),)
SLOPE = X.T @ (X @ w - y) + lam * w
DW = differential(w)
LINES = (
    SameValue(
        differential(f),
        HALF * differential(fn.norm2(X @ w - y) ** 2) + HALF * lam * differential(fn.norm2(w) ** 2),
        NAMES,
        w,
    ),
    SameValue(differential(f), (X @ w - y).T @ X @ DW + lam * w.T @ DW, NAMES, w),
    SameValue(differential(f), SLOPE.T @ DW, NAMES, w),
    SameValue(nabla(f, w), SLOPE, NAMES, w),
)
RESULT = GradientOf(RIDGE, w, SLOPE, NAMES)


def test_the_certificate_of_ridge_in_one_line():
    certificate = certify([*LINES, RESULT])
    assert certificate.verdict == "verified"
    assert certificate.level == "enclosed at points"
    assert certificate.summary() == (
        "checked: 4 lines and the result, 12 points, sizes (n, d) = (4, 3) (2, 5) (1, 4), "
        "50 digits, worst error 0, seed 0"
    )
    assert certificate.control == "5 altered claims refuted"
    assert certificate.summary().isascii()
    assert require_not_refuted(certificate) is certificate


def test_a_certificate_is_plain_data_and_does_not_compare_time():
    one, two = certify([*LINES, RESULT]), certify([*LINES, RESULT])
    assert one == two
    assert hash(one) == hash(two)
    data = json.loads(json.dumps(one.as_dict()))
    assert data["sizes"][0] == {"n": 4, "d": 3}
    assert [finding["kind"] for finding in data["findings"]] == ["line"] * 4 + ["result"]
    assert "seconds" not in data
    with pytest.raises(AttributeError):
        one.verdict = "refuted"  # type: ignore[misc]


def test_the_seed_is_printed_and_changes_the_points():
    function, result = elementwise("exp", t), elementwise("exp", t)
    one, two = (certify([GradientOf(function, t, result)], Plan(seed=k)) for k in (1, 2))
    assert "seed 1" in one.summary()
    assert "seed 2" in two.summary()
    assert one.worst != two.worst


def test_what_is_avoided_is_printed():
    lasso = GradientOf(fn.norm1(w), w, elementwise("sign", w))
    assert "away from the kink of abs" in certify([lasso]).summary()
    barrier = GradientOf(elementwise("log", t), t, 1 / t)
    assert "away from arguments <= 0 of log" in certify([barrier]).summary()


def test_one_wrong_line_refutes_the_whole_and_raises():
    wrong = SameValue(differential(f), (X @ w + y).T @ X @ DW + lam * w.T @ DW, NAMES, w)
    certificate = certify([LINES[0], wrong, RESULT])
    assert [finding.verdict for finding in certificate.findings] == [
        "verified",
        "refuted",
        "verified",
    ]
    assert (certificate.verdict, certificate.level) == ("refuted", "not checked")
    assert certificate.summary().startswith("refuted: d(f) = ")
    with pytest.raises(RefutedError, match="a line to be wrong") as error:
        require_not_refuted(certificate)
    assert "where    :" in str(error.value)
    assert "against" in str(error.value)


def test_one_unchecked_line_leaves_the_whole_unchecked():
    unknown = SameValue(fn.expectation(t, "p", "t"), t)
    certificate = certify([unknown, RESULT])
    assert (certificate.verdict, certificate.level) == ("unchecked", "not checked")
    assert "a mean under a law has no value" in certificate.summary()
    in_words = Equation(Relation(X, "is", Words("full rank")))
    assert certify([in_words, RESULT]).verdict == "unchecked"
    assert certify([]).verdict == "unchecked"


def test_the_level_is_the_weakest_of_the_findings():
    always = t**2 + t + 1
    weak = GradientOf(elementwise("abs", always), t, 2 * t + 1)
    certificate = certify([weak, RESULT])
    assert (certificate.verdict, certificate.level) == ("verified", "visited regions only")
    assert "visited regions only" in certificate.summary()
    assert LEVELS[0] == "proved"


# --- the negative control ---------------------------------------------------------------


@dataclass(frozen=True)
class Blind:
    """A claim whose check looks at nothing."""

    words: str = "anything goes"
    kind: str = "result"

    def describe(self) -> str:
        return self.words

    def examine(self, plan: Plan) -> Finding:
        return Finding(self.words, "verified", "tested at points", 12, kind="result")

    def mutants(self):
        return (replace(self, words="the opposite"),)


def test_a_check_that_sees_no_error_is_vacuous():
    certificate = certify([Blind()])
    assert certificate.verdict == "unchecked"
    assert certificate.summary().startswith(
        "not checked: the negative control failed: an answer altered on purpose was not refuted "
        "(the opposite)"
    )


def test_a_claim_without_variants_is_not_called_verified():
    class Mute(Blind):
        def mutants(self):
            return ()

    assert "no altered answer could be refuted" in certify([Mute()]).reason


def test_a_zero_gradient_has_equal_variants_and_still_a_control():
    certificate = certify([GradientOf(fn.norm2(X), w, ex.zero((d, 1)))])
    assert certificate.verdict == "verified"
    assert certificate.control == "1 altered claim refuted"
    constant = certify([GradientOf(fn.total(fn.softmax(w)), w, fn.softmax(w) - fn.softmax(w))])
    assert constant.verdict == "verified"
    assert "equal in value" in constant.control


def test_three_kinds_are_counted_in_words():
    stated = Equation(Relation(RIDGE, ">=", ex.number(0)))
    assert (
        certify([*LINES, stated, RESULT])
        .summary()
        .startswith("checked: 4 lines, 1 statement and the result, ")
    )


def test_lines_alone_have_their_own_control():
    assert certify([LINES[0]]).control


# --- determinism, threads, speed --------------------------------------------------------

SCRIPT = """
import json
from tests_of_certificates import LINES, RESULT, certify
print(json.dumps(certify([*LINES, RESULT]).as_dict()))
"""


def test_hash_order_does_not_matter(tmp_path):
    (tmp_path / "tests_of_certificates.py").write_text(Path(__file__).read_text("utf-8"), "utf-8")
    root = Path(__file__).parents[2]
    printed = set()
    for seed in ("0", "1", "77"):
        path = os.pathsep.join([str(tmp_path), str(root)])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, check=True
        )
        printed.add(run.stdout)
    assert len(printed) == 1
    assert json.loads(printed.pop()) == certify([*LINES, RESULT]).as_dict()


def test_threads_with_several_precisions_do_not_disturb_each_other():
    before = flint.ctx.prec, flint.ctx.cap
    expected = {digits: certify([*LINES, RESULT], Plan(digits=digits)) for digits in (30, 50, 90)}
    with ThreadPoolExecutor(4) as pool:
        jobs = [
            (digits, pool.submit(certify, [*LINES, RESULT], Plan(digits=digits)))
            for digits in (30, 50, 90) * 4
        ]
        for digits, job in jobs:
            assert job.result() == expected[digits]
    assert (flint.ctx.prec, flint.ctx.cap) == before


def test_the_working_precision_is_given_back_after_an_error():
    before = flint.ctx.prec
    with pytest.raises(ZeroDivisionError), working_precision(bits_for(77)):
        raise ZeroDivisionError
    assert flint.ctx.prec == before


def test_nested_precisions_in_one_thread_and_waiting_in_another():
    seen = []
    with working_precision(170):
        with working_precision(340):
            seen.append(flint.ctx.prec)
        seen.append(flint.ctx.prec)
        other = threading.Thread(target=lambda: seen.append(_own_precision()))
        other.start()
        time.sleep(0.02)
        seen.append(flint.ctx.prec)
    other.join()
    assert seen == [340, 170, 170, 99]


def _own_precision() -> int:
    with working_precision(99):
        return flint.ctx.prec


def test_a_textbook_certificate_is_quick():
    certify([*LINES, RESULT])
    assert min(_seconds() for _ in range(3)) < 0.1


def _seconds() -> float:
    certificate: Certificate = certify([*LINES, RESULT])
    return certificate.seconds
