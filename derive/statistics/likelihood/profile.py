"""The largest likelihood, one parameter after another.

Each parameter in turn is put where the likelihood is largest whatever the parameters that are
left: at the end of the support where the likelihood is monotone in it, or at the one root of
its score where the second derivative there is negative.  What is maximal in each stage whatever
comes later is maximal as a whole.  A parameter whose score has no root in closed form stays,
and its score stays an equation; a sum of signs is zero at the median.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import Literal

import sympy
from sympy import Expr, Symbol

from derive.engine.naming import substituted
from derive.engine.sample_sums import SampleSum, spread
from derive.engine.score_equations import root_of, with_letters
from derive.engine.standard_form import simplest
from derive.errors import NoClosedFormError
from derive.language.expression import Node, power
from derive.language.extremes import largest, smallest
from derive.language.sympy_scalars import normcdf, normpdf
from derive.statistics.likelihood.sampling import Sampling

Kind = Literal["root", "least", "greatest"]
KINKED = (sympy.sign, sympy.Heaviside)


@dataclass(frozen=True)
class Stage:
    """One parameter and where the likelihood is largest in it.

    Attributes
    ----------
    unknown : symbol
    kind : "root", "least" or "greatest"
        A root of the score, or the smallest or the largest value of the sample.
    score : Expr
        The score, what was found before put in.
    value : Node
        May hold parameters that are found later, or stay.
    closed : Expr
        The same.
    slope : Expr or None
        The second derivative at a root.
    """

    unknown: Node
    kind: Kind
    score: Expr
    value: Node
    closed: Expr
    slope: Expr | None = None


@dataclass(frozen=True)
class Profile:
    """What was found: stages in their order, and the parameters that stay with their scores.

    Of those, `medians` are the ones whose score is a sum of signs.
    """

    stages: tuple[Stage, ...]
    left: tuple[tuple[Node, Expr], ...]
    values: tuple[tuple[Node, Node], ...]
    medians: tuple[Node, ...] = ()


def profile(asked: Sampling, unknowns: tuple[Node, ...]) -> Profile:
    """Find the maximum parameter by parameter.

    Raises
    ------
    NoClosedFormError
        The likelihood is unbounded, or has kinks or whole numbers in a parameter.
    """
    stages = list(_boundary(asked, unknowns))
    open_ones = [p for p in unknowns if p not in {s.unknown for s in stages}]
    medians = tuple(p for p in open_ones if _is_balance(asked, p))
    _require_smooth(asked, [p for p in open_ones if p not in medians])
    scores = {p: _at(asked.score(p), stages, asked) for p in open_ones if p not in medians}
    while True:
        stage = _next(asked, scores)
        if stage is None:
            break
        stages.append(stage)
        del scores[stage.unknown]
        scores = {p: _put(score, stage, asked) for p, score in scores.items()}
    left = (*((p, asked.score(p)) for p in medians), *scores.items())
    return Profile(tuple(stages), left, _values(stages, unknowns), medians)


def _at(score: Expr, stages: list[Stage], asked: Sampling) -> Expr:
    for stage in stages:
        score = _put(score, stage, asked)
    return score


def _put(score: Expr, stage: Stage, asked: Sampling) -> Expr:
    """A score with what was found put in; powers of it are taken out of sums first."""
    unknown = asked.question.algebra.expr(stage.unknown)
    if stage.closed.free_symbols & _letters(asked):  # a plain number stays inside its squares
        score = spread(score, unknown, asked.sample.x, asked.sample.count)
    return score.xreplace({unknown: stage.closed})


def _letters(asked: Sampling) -> set[Symbol]:
    return {asked.question.algebra.expr(s) for s in asked.law.symbols}


def _next(asked: Sampling, scores: dict[Node, Expr]) -> Stage | None:
    """A parameter whose score has one root, a maximum; without other unknowns in it if possible."""
    algebra, found = asked.question.algebra, []
    letters = asked.letters(scores)
    for p, score in scores.items():
        unknown = algebra.expr(p)
        root = root_of(spread(score, unknown, asked.sample.x, asked.sample.count), unknown, letters)
        if root is None or not root.is_maximum:
            continue
        value = asked.shown(root.base)
        if root.exponent is not None:
            value = power(value, algebra.node(root.exponent))
        stage = Stage(p, "root", score, value, root.value, root.slope)
        if not value.symbols & set(scores):
            return stage
        found.append(stage)
    return found[0] if found else None


def _is_balance(asked: Sampling, p: Node) -> bool:
    """Whether a score is a positive multiple of the sum of ``sign(x_i - p)``."""
    signed = SampleSum(sympy.sign(asked.question.algebra.expr(p) - asked.sample.x), asked.sample.x)
    return bool((-asked.score(p) / signed).is_positive)


# --- ends of the support ----------------------------------------------------------------


def _boundary(asked: Sampling, unknowns: tuple[Node, ...]) -> list[Stage]:
    """The parameters that are an end of the support, where the likelihood is monotone."""
    support, found = asked.law.support, []
    algebra, vector = asked.question.algebra, asked.sample.vector
    for p in unknowns:
        if p is support.lower or p is support.upper:
            is_lower = p is support.lower
            slope = sympy.diff(asked.log_density(), algebra.expr(p))
            sign = _sign(asked, slope)
            if sign != (1 if is_lower else -1):
                _require_bounded(asked, p, is_lower)
                continue
            node = smallest(vector) if is_lower else largest(vector)
            facts = tuple(f for f in ("positive",) if f in vector.facts)
            letter = algebra.expr(algebra.closed(node, node.op, facts))
            score = asked.sample.summed(slope)
            kind: Kind = "least" if is_lower else "greatest"
            found.append(Stage(p, kind, score, node, letter))
    return found


def _sign(asked: Sampling, slope: Expr) -> int:
    """1 or -1 if the slope has that sign on the support, for all parameters; else 0."""
    algebra, support = asked.question.algebra, asked.law.support
    gaps: dict[Expr, Symbol] = {}
    ends = [None if e is None else algebra.expr(e) for e in (support.lower, support.upper)]
    low, high = ends
    x = asked.sample.x
    move: dict[Expr, Expr] = {}
    up, across = sympy.Dummy("up", positive=True), sympy.Dummy("across", positive=True)
    if low is not None and low.is_Symbol and slope.has(x):
        move[x] = low + up
    if low is not None and high is not None and high.is_Symbol and low.is_Symbol:
        ratio = low * sympy.exp(across) if low.is_positive else low + across
        move[high] = ratio
    known = sympy.expand_log(slope.xreplace(move))
    for form in (known, simplest(known), sympy.factor(known)):
        form = with_letters(form, gaps)
        if form.is_positive:
            return 1
        if form.is_negative:
            return -1
        signed = _sign_of_gaps(form)
        if signed:
            return signed
    return 0


def _sign_of_gaps(form: Expr) -> int:
    """The sign of a product in which ``1 - exp(-u)``, u positive, or a normal mass may stand."""
    letters: dict[Expr, Symbol] = {}
    letters |= {part: sympy.Dummy(positive=True) for part in form.atoms(normpdf)}
    for one, other in permutations(form.atoms(normcdf), 2):
        if sympy.expand(one.args[0] - other.args[0]).is_positive:
            letters[one - other] = sympy.Dummy(positive=True)
    for part in form.atoms(sympy.exp):
        gap = sympy.Dummy(positive=True)
        if part.args[0].is_negative:
            letters[1 - part] = gap
        elif part.args[0].is_positive:
            letters[part - 1] = gap
    known = with_letters(form, letters)
    return 1 if known.is_positive else -1 if known.is_negative else 0


def _require_bounded(asked: Sampling, p: Node, is_lower: bool) -> None:
    """Refuse a density that is infinite at an end of the support that moves."""
    x, end = asked.sample.x, asked.question.algebra.expr(p)
    gap = sympy.Dummy("gap", positive=True)
    near = asked.log_density().xreplace({x: end + gap if is_lower else end - gap})
    below = sympy.Dummy("width", positive=True)
    other = asked.law.support.upper if is_lower else asked.law.support.lower
    if other is not None and other.op == "symbol":
        end_there = asked.question.algebra.expr(other)
        near = near.xreplace({end_there: end + below if is_lower else end - below})
    if sympy.limit(near, gap, 0, "+") == sympy.oo:
        value = "smallest" if is_lower else "largest"
        raise NoClosedFormError(
            f"the likelihood of {asked.law!r} is unbounded in {p.name}: there is no maximum\n"
            f"  because  : the density is infinite at {p.name}, and {p.name} may come as near to "
            f"the {value} value as it likes\n"
            f"  to fix   : hold it, known={p.name!r}"
        )


def _require_smooth(asked: Sampling, unknowns: list[Node]) -> None:
    """Refuse parameters in which the likelihood has kinks at the values, or whole numbers."""
    for p in unknowns:
        if "integer" in p.facts:
            raise NoClosedFormError(
                f"{p.name} of {asked.law!r} takes whole numbers alone: no derivative leads to the "
                f"largest likelihood\n  to fix   : hold it, known={p.name!r}"
            )
        letter, score = asked.question.algebra.expr(p), asked.score(p)
        kinks = [part for part in score.atoms(*KINKED) if letter in part.free_symbols]
        if kinks:
            raise NoClosedFormError(
                f"the likelihood of {asked.law!r} has a kink in {p.name} at each value of the "
                f"sample: its score need not be zero at the maximum\n"
                f"  to fix   : hold it, known={p.name!r}"
            )


# --- what was found, in what stays ------------------------------------------------------


def _values(stages: list[Stage], unknowns: tuple[Node, ...]) -> tuple[tuple[Node, Node], ...]:
    """Each parameter that was found, in the parameters that stay."""
    done: dict[Node, Node] = {}
    for stage in reversed(stages):
        done[stage.unknown] = substituted(stage.value, done)
    return tuple((p, done[p]) for p in unknowns if p in done)
