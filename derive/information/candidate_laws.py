"""Laws that an exponent of given functions of x may belong to.

A row offers a law with letters for what is not known.  That the law is of the form
``exp(sum_j eta_j f_j(x))/Z`` is not taken from here: ``matched`` solves for the multipliers, and
a law that does not fit is passed over.

To add a law, append a row: the support it needs, and how it is written with letters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import sympy
from sympy import Expr

from derive.engine.expansions import opened
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.language.expression import Node, number
from derive.language.functions import postorder
from derive.language.law import Law
from derive.language.laws.circle import VonMises
from derive.language.laws.half_line import (
    Exponential,
    Gamma,
    GeneralizedGamma,
    HalfNormal,
    InverseGamma,
    LogNormal,
    Nakagami,
)
from derive.language.laws.heavy_tails import Pareto
from derive.language.laws.intervals import (
    Beta,
    ContinuousBernoulli,
    PowerFunction,
    TruncatedExponential,
    Uniform,
)
from derive.language.laws.line import GeneralizedNormal, Laplace, Normal
from derive.language.laws.terms import PI
from derive.language.laws.whole_numbers import Geometric, NegativeBinomial
from derive.language.support import (
    CIRCLE,
    COUNTS,
    FROM_ONE,
    POSITIVE_LINE,
    REAL_LINE,
    UNIT_INTERVAL,
    ZERO,
    Support,
)

Letter = Callable[[str, str], Node]
Candidate = tuple[Law, tuple[Node, ...]]
ONE, TWO = number(1), number(2)


@dataclass(frozen=True)
class Match:
    """A law, its letters, and the multipliers in them."""

    law: Law
    letters: tuple[Node, ...]
    multipliers: tuple[Expr, ...]


def candidates(support: Support, functions: Sequence[Node], letter: Letter) -> Iterator[Candidate]:
    """Laws on the support with as many letters as there are functions, plain ones first."""
    for offered in (_on_line, _on_half_line, _on_interval, _on_tail, _on_whole_numbers):
        for law, letters in offered(support, functions, letter):
            if len(letters) == len(functions):
                yield law, letters


def _on_line(support: Support, functions: Sequence[Node], letter: Letter) -> Iterator[Candidate]:
    if support != REAL_LINE:
        return
    mu, sigma = letter("mu", "real"), letter("sigma", "positive")
    yield Normal(mu, sigma), (mu, sigma)
    scale = letter("b", "positive")
    for centre in _centres(functions):
        yield Normal(centre, sigma), (sigma,)
        yield Laplace(centre, scale), (scale,)
        for power in _powers(functions):
            alpha = letter("alpha", "positive")
            yield GeneralizedNormal(centre, alpha, power), (alpha,)


def _on_half_line(
    support: Support, functions: Sequence[Node], letter: Letter
) -> Iterator[Candidate]:
    if support != POSITIVE_LINE:
        return
    rate = letter("rate", "positive")
    yield Exponential(rate), (rate,)
    sigma, mu = letter("sigma", "positive"), letter("mu", "real")
    yield HalfNormal(sigma), (sigma,)
    k, theta = letter("k", "positive"), letter("theta", "positive")
    yield Gamma(k, theta), (k, theta)
    yield LogNormal(mu, sigma), (mu, sigma)
    a, b = letter("a", "positive"), letter("b", "positive")
    yield InverseGamma(a, b), (a, b)
    m, omega = letter("m", "positive"), letter("omega", "positive")
    yield Nakagami(m, omega), (m, omega)
    d = letter("d", "positive")
    for power in _powers(functions):
        yield GeneralizedGamma(a, ONE, power), (a,)
        yield GeneralizedGamma(a, d, power), (a, d)


def _on_interval(
    support: Support, functions: Sequence[Node], letter: Letter
) -> Iterator[Candidate]:
    low, high = support.lower, support.upper
    if support.is_whole or low is None or high is None:
        return
    yield Uniform(low, high), ()
    if (low, high) == (CIRCLE.lower, CIRCLE.upper):
        kappa = letter("kappa", "positive")
        for direction in (ZERO, PI, -PI / 2, PI / 2):
            yield VonMises(direction, kappa), (kappa,)
    rate, b = letter("rate", "positive"), letter("b", "positive")
    if low is ZERO:
        yield TruncatedExponential(rate, high), (rate,)
    if (low, high) == (UNIT_INTERVAL.lower, UNIT_INTERVAL.upper):
        a, alpha = letter("a", "positive"), letter("alpha", "positive")
        lam = letter("lam", "probability")
        yield ContinuousBernoulli(lam), (lam,)
        yield PowerFunction(alpha), (alpha,)
        yield Beta(a, b), (a, b)
        yield Beta(ONE, b), (b,)


def _on_tail(support: Support, functions: Sequence[Node], letter: Letter) -> Iterator[Candidate]:
    low = support.lower
    if low is None or support.upper is not None or support.is_whole or low is ZERO:
        return
    if not low.is_number or low.data > 0:
        alpha = letter("alpha", "positive")
        yield Pareto(low, alpha), (alpha,)


def _on_whole_numbers(
    support: Support, functions: Sequence[Node], letter: Letter
) -> Iterator[Candidate]:
    p = letter("p", "probability")
    if support == FROM_ONE:
        yield Geometric(p), (p,)
    if support == COUNTS:
        yield NegativeBinomial(ONE, p), (p,)


def _centres(functions: Sequence[Node]) -> list[Node]:
    """What is subtracted from the value inside the functions; 0 where nothing is."""
    found: dict[Node, None] = {}
    for part in postorder(*functions):
        if part.op == "add" and len(part.args) == 2 and part.args[0].op == "symbol":
            found[-part.args[1]] = None
    return list(found) or [ZERO]


def _powers(functions: Sequence[Node]) -> list[Node]:
    """The exponents in the functions."""
    parts = [part for part in postorder(*functions) if part.op == "pow"]
    found = dict.fromkeys(part.args[1] for part in parts)
    return [power for power in found if not power.is_number or power.data > 0]


# --- matching ------------------------------------------------------------------------------


def coefficients(function: Node, x: Expr, algebra: ScalarAlgebra) -> dict[Expr, Expr]:
    """A sum by its functions of x: coefficients, that of 1 among them."""
    found: dict[Expr, Expr] = {}
    for term in sympy.Add.make_args(opened(algebra.expr(function))):
        if term == 0:
            continue  # a density that is 1 has no terms
        coefficient, part = term.as_independent(x, as_Add=False)
        found[part] = found.get(part, sympy.Integer(0)) + coefficient
    return found


def matched(
    law: Law, letters: tuple[Node, ...], functions: Sequence[Node], x: Node, algebra: ScalarAlgebra
) -> Match | None:
    """The multipliers with which the exponent is the log density of a law, if there are such."""
    value = algebra.expr(x)
    wanted = coefficients(law.log_density(x), value, algebra)
    given = [coefficients(function, value, algebra) for function in functions]
    names = sympy.symbols(f"_eta:{len(functions)}")
    parts = {part for found in (wanted, *given) for part in found} - {sympy.Integer(1)}
    equations = [
        sum((names[j] * given[j].get(part, 0) for j in range(len(names))), sympy.Integer(0))
        - wanted.get(part, sympy.Integer(0))
        for part in sorted(parts, key=str)
    ]
    if equations and not names:
        return None  # the density has terms, and no mean is held that could give one
    solved = sympy.linsolve(equations, names) if equations else sympy.FiniteSet(())
    if not solved:
        return None
    found = next(iter(solved))
    if any(set(names) & expr.free_symbols for expr in found):
        return None
    return Match(law, letters, tuple(map(sympy.factor, found)))


def dependent(functions: Sequence[Node], x: Node, algebra: ScalarAlgebra) -> bool:
    """Whether some function is a combination of the others and 1: its mean says nothing new."""
    value = algebra.expr(x)
    given = [coefficients(function, value, algebra) for function in functions]
    parts = sorted({part for found in given for part in found} - {sympy.Integer(1)}, key=str)
    rows = [[found.get(part, sympy.Integer(0)) for part in parts] for found in given]
    return bool(rows) and sympy.Matrix(rows).rank() < len(rows)
