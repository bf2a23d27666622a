"""The largest likelihood, one parameter after another.

Each parameter in turn is put where the likelihood is largest whatever the parameters that are
left: at the end of the support where the likelihood is monotone in it, or at the one root of
its score where the second derivative there is negative.  What is maximal in each stage whatever
comes later is maximal as a whole.  A parameter whose score has no root in closed form stays,
and its score stays an equation; a sum of signs is zero at the median.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Expr, Symbol

from derive.engine.naming import substituted
from derive.engine.sample_sums import SampleSum, spread
from derive.engine.score_equations import root_of
from derive.errors import NoClosedFormError
from derive.language.expression import Node, power
from derive.progress import doing
from derive.statistics.likelihood.moving_ends import Stage, ends_that_move
from derive.statistics.likelihood.sampling import Sampling

KINKED = (sympy.sign, sympy.Heaviside)


@dataclass(frozen=True)
class Profile:
    """What was found: stages in their order, and the parameters that stay with their scores.

    Of those, `medians` are the ones whose score is a sum of signs.
    """

    stages: tuple[Stage, ...]
    left: tuple[tuple[Node, Expr], ...]
    values: tuple[tuple[Node, Node], ...]
    medians: tuple[Node, ...] = ()

    @property
    def unsolved(self) -> tuple[tuple[Node, Expr], ...]:
        """The parameters whose score stays an equation."""
        return tuple((p, score) for p, score in self.left if p not in self.medians)


def profile(asked: Sampling, unknowns: tuple[Node, ...]) -> Profile:
    """Find the maximum parameter by parameter.

    Raises
    ------
    NoClosedFormError
        The likelihood is unbounded, or has kinks or whole numbers in a parameter.
    """
    stages = ends_that_move(asked, unknowns)
    open_ones = [p for p in unknowns if p not in {s.unknown for s in stages}]
    medians = tuple(p for p in open_ones if _is_balance(asked, p))
    _require_smooth(asked, [p for p in open_ones if p not in medians])
    scores = {p: _at(asked.score(p), stages, asked) for p in open_ones if p not in medians}
    while True:
        with doing("solving the score equations of {}", ", ".join(p.name for p in scores)):
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
