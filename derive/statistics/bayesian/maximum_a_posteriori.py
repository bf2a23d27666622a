"""The mode of a posterior: where the derivative of its log density changes sign."""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Expr, Poly

from derive.check.mode_claims import ModeClaim
from derive.derivation import Derivation
from derive.engine.factoring import cancelled, in_factors
from derive.engine.law_reading import Parts, Range, shortest
from derive.errors import NoClosedFormError
from derive.language.combined import combined
from derive.language.expression import Node, add, divide, multiply, negative, number, symbol
from derive.language.law import Law
from derive.language.laws.terms import log
from derive.language.relations import Relation, Words
from derive.probability.question import free_name
from derive.probability.under_conditions import DerivationUnderConditions
from derive.statistics.bayesian.function_of_data import DerivationOfPairing
from derive.statistics.bayesian.letters import Letters
from derive.statistics.bayesian.pairing import Pairing, nodes_in
from derive.statistics.bayesian.posterior import added, arguments_of, asked_words
from derive.statistics.bayesian.putting_together import paired
from derive.statistics.bayesian.vectors.asked import shaped_reading
from derive.statistics.bayesian.vectors.joint import JointReading
from derive.statistics.bayesian.vectors.joint_pages import joint_mode
from derive.statistics.bayesian.vectors.mode import vector_mode
from derive.statistics.bayesian.vectors.pair_pages import pair_mode
from derive.statistics.bayesian.vectors.pairs import PairReading
from derive.steps import Step, Trace


def maximum_a_posteriori(
    likelihood: Law | str, prior: Law | str, of: str | None = None, n: str | None = None
) -> Derivation:
    """Derive the mode of the posterior of a parameter.

    The posterior need not be a law with a name: the derivative of its log density has to be
    linear or quadratic over what is positive.

    Parameters
    ----------
    likelihood, prior, of, n
        As for ``posterior``.

    Returns
    -------
    Derivation
        ``.result`` is the value of the parameter at which the posterior density is largest, a
        scalar, under the printed conditions.

    Raises
    ------
    ArgumentError
        A law is none, or the unknown is not named or no parameter of the likelihood.
    DomainError
        The prior has mass where the likelihood has no such parameter, or no density.
    NoClosedFormError
        The derivative has no zero in closed form, or the density is largest at an end that
        depends on the sample in an unknown way.

    References
    ----------
    bishop2006, sections 1.2.5 and 3.1.4; murphy2012, section 5.2.1.

    Examples
    --------
    >>> maximum_a_posteriori("Bernoulli(p)", "Beta(a, b)")
    (a + sum(x) - 1)/(a + b + n - 2)    # scalar
    >>> maximum_a_posteriori("Normal(mu, sigma)", "Normal(0, tau)", of="mu")
    tau^2*sum(x)/(tau^2*n + sigma^2)    # scalar
    """
    shaped = shaped_reading(likelihood, prior, of, n, "maximum_a_posteriori")
    if shaped is not None:
        if isinstance(shaped, PairReading):
            return DerivationUnderConditions(*pair_mode(shaped))
        if isinstance(shaped, JointReading):
            return DerivationUnderConditions(*joint_mode(shaped))
        return DerivationUnderConditions(*vector_mode(shaped))
    pairing = paired(likelihood, prior, of, n, "maximum_a_posteriori")
    one, other = pairing.log_likelihood(), pairing.log_prior()
    kernel = added(one, other, pairing)
    letters = Letters.beside(pairing.taken)
    found = _mode(kernel, pairing)
    name = free_name(("theta_map", "map"), pairing.taken)
    hat = symbol(f"{pairing.unknown.symbol.name}_map")
    if hat.name in pairing.taken:
        hat = symbol(name)
    total = log(letters.likelihood) + log(letters.prior) - log(letters.evidence)
    words = Words("collect in the functions of {0}", (pairing.unknown.symbol,))
    steps = [
        Step(log(letters.posterior), total, "Bayes: likelihood times prior over evidence"),
        Step(total, pairing.written(kernel, letters.constant), words),
        *_slope_steps(found, pairing),
        Step(hat, found.mode, found.reason),
    ]
    needed = [node for need in found.needs for node in nodes_in(need)]  # a function asks them too
    trace = Trace(
        question=asked_words("mode of the posterior of {m} after", pairing, pairing.unknown.symbol),
        definitions=(),
        steps=tuple(steps),
        results=((hat.name, found.mode),),
        conditions=(*pairing.conditions, *found.needs),
        arguments=arguments_of(pairing, found.mode, *needed, *pairing.joined_support().moves_with),
    )
    bench = pairing.bench.where(found.needs)
    words_of_claim = "the posterior density is nowhere larger"
    claim = ModeClaim(bench, found.mode, words_of_claim)
    return DerivationOfPairing(trace, (claim,), pairing=pairing)


@dataclass(frozen=True)
class Mode:
    """Where the log density is largest.

    Attributes
    ----------
    mode : Node
    slope : Node or None
        The derivative of the log density as a quotient, None where an end is the mode.
    reason : str
    needs : tuple of Relation
        What must hold.
    """

    mode: Node
    slope: Node | None
    reason: str
    needs: tuple[Relation, ...]


def _slope_steps(found: Mode, pairing: Pairing) -> tuple[Step, ...]:
    if found.slope is None:
        return ()
    text = "the derivative of the log density in {0} is {1}"
    words = Words(text, (pairing.unknown.symbol, found.slope))
    return (Step(None, words, "differentiate"),)


def _mode(kernel: Parts, pairing: Pairing) -> Mode:
    """The place of the largest density, from the sign of the derivative."""
    unknown = pairing.variable
    slope = sum(c * sympy.diff(f, unknown) for f, c in kernel.coefficients.items())
    above, below = sympy.fraction(cancelled(sympy.together(slope)))
    ends = pairing.posterior_range()
    sign, below = _positive_inside(below, unknown)
    if not above.is_polynomial(unknown) or sign == 0:
        raise _no_zero(pairing, kernel)
    above = sign * above
    poly = Poly(above, unknown)
    if poly.degree() == 0:
        return _at_an_end(poly.nth(0), ends, pairing, kernel)
    if poly.degree() > 2:
        raise _no_zero(pairing, kernel)
    node = pairing.algebra.node
    if poly.degree() == 1 and ends.lower is not None and ends.lower != pairing.prior_range().lower:
        return _beyond_the_sample(poly, ends.lower, below, pairing)
    root, needs = _root(poly, ends, pairing)
    shown = divide(_collected(poly, pairing), node(below))
    relations = tuple(Relation(node(shortest(need)), ">", number(0)) for need in needs)
    return Mode(
        node(root), shown, "zero of the derivative, positive before and negative after", relations
    )


def _beyond_the_sample(poly: Poly, end: Expr, below: Expr, pairing: Pairing) -> Mode:
    """The zero of a falling derivative, or the end that the sample sets if that lies beyond."""
    node, slope = pairing.algebra.node, -poly.nth(1)
    zero = _signs_apart(shortest(poly.nth(0) / slope))
    need = _without_positive(slope)
    needs = () if need.is_positive else (Relation(node(need), ">", number(0)),)
    shown = divide(_collected(poly, pairing), node(below))
    reason = "zero of the falling derivative, or the end before which nothing is possible"
    return Mode(combined("maximum", node(zero), node(end)), shown, reason, needs)


def _collected(poly: Poly, pairing: Pairing) -> Node:
    """The numerator by powers of the unknown."""
    node, unknown = pairing.algebra.node, pairing.unknown.symbol
    terms = []
    for (exponent,), coefficient in sorted(poly.terms()):
        power = unknown**exponent if exponent else number(1)
        if exponent and coefficient.could_extract_minus_sign():
            terms.append(negative(multiply(node(sympy.expand(-coefficient)), power)))
        else:
            terms.append(multiply(node(sympy.expand(coefficient)), power))
    return add(*terms)


def _positive_inside(below: Expr, unknown: Expr) -> tuple[int, Expr]:
    """The sign of a denominator where the unknown can lie, 0 if not known, and its size."""
    sign, size = 1, sympy.Integer(1)
    for factor in sympy.Mul.make_args(in_factors(below)):
        base, exponent = factor.as_base_exp()
        rest = cancelled(base / (1 - unknown))
        if rest in (1, -1):
            base, is_negative = 1 - unknown, rest == -1
        elif base.is_positive or base.is_negative:
            is_negative = bool(base.is_negative)
            base = -base if is_negative else base
        elif exponent.is_even:
            is_negative = False
        else:
            return 0, below
        sign = -sign if is_negative and not exponent.is_even else sign
        size *= base**exponent
    return sign, size


def _root(poly: Poly, ends: Range, pairing: Pairing) -> tuple[Expr, list[Expr]]:
    """The zero at which the sign falls, and what must be positive for it to be the only one."""
    unknown = pairing.variable
    if poly.degree() == 1:
        slope, start = poly.nth(1), poly.nth(0)
        root = _signs_apart(shortest(-start / slope))
        needs = [] if ends.lower is not None and ends.upper is not None else [-slope]
    else:
        square, slope, start = poly.nth(2), poly.nth(1), poly.nth(0)
        if ends.lower != 0 or ends.upper is not None:
            raise _no_zero(pairing, None)
        # start > 0 > square: one zero is positive, the other negative
        under = shortest(slope**2 - 4 * square * start)
        plus = slope**2 + sympy.factor_terms(-4 * square) * start
        if sympy.count_ops(plus) <= sympy.count_ops(under):
            under = plus
        root = shortest((slope + sympy.sqrt(under)) / (-2 * square))
        needs = [-square]
    if ends.lower is not None:
        needs.append(shortest(poly.as_expr().subs(unknown, ends.lower)))
    if ends.upper is not None:
        needs.append(shortest(-poly.as_expr().subs(unknown, ends.upper)))
    return root, [need for need in map(_without_positive, needs) if not need.is_positive]


def _signs_apart(root: Expr) -> Expr:
    """A quotient whose denominator does not start from a minus."""
    above, below = sympy.fraction(root)
    terms = sympy.Add.make_args(sympy.expand(below))
    if 2 * sum(term.could_extract_minus_sign() for term in terms) > len(terms):
        return sympy.expand(-above) / sympy.expand(-below)
    return root


def _without_positive(need: Expr) -> Expr:
    """What is left of a product that must be positive, without its positive factors."""
    factors = sympy.Mul.make_args(in_factors(need))
    left = sympy.Mul(*(f for f in factors if not f.is_positive))
    return sympy.expand(left) if left != 1 else left


def _at_an_end(slope: Expr, ends: Range, pairing: Pairing, kernel: Parts) -> Mode:
    """The mode where the log density only falls or only rises."""
    end = ends.lower if slope.is_negative else ends.upper if slope.is_positive else None
    is_closed = pairing.prior.support.is_closed
    if end is None or not is_closed:
        raise _no_zero(pairing, kernel)
    way = "falls" if slope.is_negative else "rises"
    return Mode(pairing.algebra.node(end), None, f"the density only {way}, from end to end", ())


def _no_zero(pairing: Pairing, kernel: Parts | None) -> NoClosedFormError:
    shown = "" if kernel is None else f"\n  kernel   : {pairing.written(kernel, number(0))!r}"
    return NoClosedFormError(
        f"the mode of the posterior of {pairing.unknown.symbol!r} under {pairing.prior!r} has no "
        f"closed form here{shown}\n"
        f"  known    : a derivative of the log density that is linear or quadratic over what "
        f"is positive"
    )
