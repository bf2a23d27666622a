"""Mutual information: of a joint table, and of two variables that are jointly normal."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.errors import ArgumentError, DomainError
from derive.information.finite_entropy import entropy_line, question
from derive.information.finite_page import MOST_TERMS, ZERO, FinitePage, named
from derive.information.log_sums import LogTerm, log_sum, positive_quotient
from derive.information.normal_blocks import normal_mutual_information
from derive.information.tables import FiniteLaw, joint_table
from derive.information.units import in_base, unit
from derive.language.expression import (
    Node,
    add,
    constant,
    divide,
    multiply,
    negative,
    number,
    power,
    symbol,
)
from derive.language.facts import close_facts
from derive.language.functions import array
from derive.language.functions import determinant as det
from derive.language.law import Law, Parameter, Value, parameter_value
from derive.language.laws.terms import log, sqrt
from derive.language.relations import Relation, Words
from derive.language.sympy_out import to_sympy
from derive.probability.masses import is_certainly_zero
from derive.probability.normal_laws.joint import JointNormal
from derive.probability.under_conditions import DerivationUnderConditions
from derive.reading import parse
from derive.steps import Step, Trace

HALF = number(Fraction(1, 2))


def mutual_information(
    table: Any = None,
    base: Value | None = None,
    *,
    correlation: Value | None = None,
    between: Sequence[Any] | None = None,
) -> Derivation:
    """Derive what two variables tell of each other, I(X; Y) = KL(p(x, y) || p(x) p(y)).

    Parameters
    ----------
    table : nested lists, SymPy Matrix, array or text, shape (m, n)
        Joint masses that sum to one, rows for the values of X, columns for those of Y:
        numbers (a float stands for the decimal it prints as) or expressions in symbols.
        Or a joint normal law: a `JointNormal`, or a `MultivariateNormal` of fixed size.
    base : positive number other than 1, optional
        Of the logarithm; the natural one (nats) if left out, 2 for bits.
    correlation : scalar or its name, in place of `table`
        Of two jointly normal variables; between -1 and 1.
    between : pair of blocks or indices, optional
        The two groups of a joint normal law: ``("x", "y")``, or ``([0], [1, 2])``.

    Returns
    -------
    Derivation
        ``.result`` is the mutual information, a scalar that is not negative; unit nats, or
        that of `base`.

    Raises
    ------
    ShapeError, ArgumentError
        `table` is no table of scalars, or there are both or none of table and correlation.
    DomainError
        A mass is negative, or they do not sum to one; the message names it.  The
        correlation is not between -1 and 1.

    References
    ----------
    cover2006, sections 2.3, 2.4 and 8.5.

    Examples
    --------
    >>> mutual_information("[[1/2, 0], [0, 1/2]]", base=2)
    1    # scalar
    >>> mutual_information("[[p*q, p*(1 - q)], [(1 - p)*q, (1 - p)*(1 - q)]]")
    0    # scalar
    >>> mutual_information(correlation="rho")
    -1/2*log(1 - rho^2)    # scalar
    >>> from derive.probability.normal_laws.joint import JointNormal
    >>> mutual_information(JointNormal("x: d1, y: d2"))
    1/2*(logdet(S_xx) + logdet(S_yy) - logdet([[S_xx, S_xy], [S_xy', S_yy]]))    # scalar
    """
    if isinstance(table, JointNormal | Law):
        return normal_mutual_information(table, between, base)
    if between is not None:
        raise ArgumentError("mutual_information: between= is for a joint normal law")
    if (table is None) == (correlation is None):
        raise ArgumentError(
            "mutual_information takes a joint table or a correlation, and one of them\n"
            "  to fix   : mutual_information([[1/2, 0], [0, 1/2]]) or "
            "mutual_information(correlation='rho')"
        )
    if correlation is not None:
        return normal_information(correlation, base)
    law = joint_table("mutual_information", table)
    page = FinitePage.in_base(law.conditions, law.shares, base)
    return _of_table(law, page)


def _of_table(law: FiniteLaw, page: FinitePage) -> Derivation:
    """The lines: marginals, the mean log ratio, and the three entropies that add up to it."""
    first, second = law.row_sums(), law.column_sums()
    names = [
        [_marginal(page, letter, k, mass) for k, mass in enumerate(masses)]
        for letter, masses in (("X", first), ("Y", second))
    ]
    is_short = len(first) + len(second) <= MOST_TERMS
    if is_short:
        for group, masses, rule in zip(
            names, (first, second), ("sum of a row", "sum of a column"), strict=True
        ):
            for name, mass in zip(group, masses, strict=True):
                page.say(name, mass, rule)
    information = page.mean(named("I(X; Y)"), _mean_log_ratio(law, first, second))
    terms = information_terms(law, first, second)
    value = log_sum(terms, None, (*first, *second))
    asked = question("mutual information of X and Y", law)
    if _is_product(law, first, second):
        page.note("{0} = {1} for every x and y", "independent", _product_names())
        page.say(information, ZERO, "every logarithm is log 1 = 0")
        return page.derivation(asked, law.symbols, information, ZERO)
    words = "Σ P(x, y) log(P(x, y)/(P(x) P(y)))"
    page.note(f"{{0}} = {words}", "definition: KL(P(x, y) ‖ P(x) P(y))", (information,))
    entropies = [
        ("H(X)", first, "entropy of X"),
        ("H(Y)", second, "entropy of Y"),
        ("H(X, Y)", law.masses, "entropy of both"),
    ]
    found = []
    for text, masses, rule in entropies:
        name = named(text)
        entropy_line(page, name, masses, rule)
        found.append(name)
    together = found[0] + found[1] - found[2]
    page.say(information, together, "the logarithm of the ratio opens")
    page.say(together, value, "insert the entropies")
    return page.derivation(asked, law.symbols, information, value, terms, (*first, *second))


def information_terms(
    law: FiniteLaw, first: tuple[Node, ...], second: tuple[Node, ...]
) -> list[LogTerm]:
    """The terms of ``sum p(x, y) log(p(x, y)/(p(x) p(y)))``."""
    return [
        LogTerm(mass, positive_quotient(mass, multiply(first[i], second[j])))
        for i, row in enumerate(law.rows)
        for j, mass in enumerate(row)
        if mass is not ZERO
    ]


def _marginal(page: FinitePage, letter: str, k: int, mass: Node) -> Node:
    return page.mean(named(f"P({letter} = {k + 1})"), mass)


def _product_names() -> tuple[Node, ...]:
    return named("P(x, y)"), multiply(named("P(x)"), named("P(y)"))


def _is_product(law: FiniteLaw, first: tuple[Node, ...], second: tuple[Node, ...]) -> bool:
    """Whether the two variables are independent, whatever the symbols are."""
    return all(
        is_certainly_zero(mass - multiply(first[i], second[j]))
        for i, row in enumerate(law.rows)
        for j, mass in enumerate(row)
    )


def _mean_log_ratio(law: FiniteLaw, first: tuple[Node, ...], second: tuple[Node, ...]) -> Node:
    """The meaning of mutual information in the claims: the divergence from the product law."""
    terms = [
        multiply(mass, log(divide(mass, multiply(first[i], second[j]))))
        for i, row in enumerate(law.rows)
        for j, mass in enumerate(row)
        if mass is not ZERO
    ]
    return add(ZERO, *terms)


# --- jointly normal ------------------------------------------------------------------------


def normal_information(correlation: Value, base: Value | None) -> Derivation:
    """Of two jointly normal variables with a correlation: -1/2 log(1 - rho^2)."""
    unit_name, factor = unit(base)
    place = Parameter("correlation", "real", "correlation")
    if isinstance(correlation, str):
        correlation = parse(correlation, "", undeclared="scalar")
    rho = parameter_value("mutual_information", place, correlation)
    _require_correlation(rho)
    conditions = (Relation(power(rho, number(2)), "<", number(1)),) if rho.symbols else ()
    sigma, tau = _spread("sigma"), _spread("tau")
    squares = [power(s, number(2)) for s in (sigma, tau)]
    cross = multiply(rho, sigma, tau)
    covariance = array([[squares[0], cross], [cross, squares[1]]])
    determinant = multiply(*squares, 1 - power(rho, number(2)))
    unit_of_volume = 2 * multiply(constant("pi"), constant("e"))
    entropies = [multiply(HALF, log(multiply(unit_of_volume, s))) for s in squares]
    both = multiply(HALF, log(multiply(power(unit_of_volume, number(2)), determinant)))
    names = [named(text) for text in ("h(X)", "h(Y)", "h(X, Y)")]
    information = named("I(X; Y)")
    nats = _shortened(rho)
    answer, conversion = in_base(nats, factor)
    together = names[0] + names[1] - names[2]
    steps = (
        Step(None, Relation(named("Cov(X, Y)"), "=", covariance), "σ and τ are the spreads"),
        Step(det(covariance), determinant, "product of the diagonal less that of the others"),
        Step(names[0], entropies[0], "entropy of a normal law"),
        Step(names[1], entropies[1], "entropy of a normal law"),
        Step(names[2], both, "1/2 log det(2πe Cov), the entropy of a normal pair"),
        Step(information, together, "definition: KL of the joint law from the product"),
        Step(together, nats, "insert the entropies; the spreads cancel"),
        *conversion,
    )
    defined = tuple(zip(names, (*entropies, both), strict=True))
    claims = (
        SameValue(det(covariance), determinant, conditions=conditions),
        SameValue(together, nats, defined, conditions=conditions),
        _normal_claim(rho, answer, factor),
    )
    trace = Trace(
        question=Words(
            f"mutual information of two jointly normal variables with correlation {{0}}; "
            f"in {unit_name}",
            (rho,),
        ),
        definitions=(),
        steps=steps,
        results=((information.name, answer),),
        conditions=conditions,
        arguments=tuple(sorted(rho.symbols, key=lambda s: s.name)),
        lefts=(information,),
    )
    return DerivationUnderConditions(trace, claims)


def _shortened(rho: Node) -> Node:
    """``-1/2 log(1 - rho^2)``; 0 of uncorrelated variables."""
    return negative(multiply(HALF, log(1 - power(rho, number(2)))))


def _require_correlation(rho: Node) -> None:
    value = to_sympy(rho)
    if (1 - value**2).is_nonpositive:
        raise DomainError(
            f"a correlation lies between -1 and 1, got {value}\n"
            "  to fix   : at -1 and 1 one variable is a function of the other, and the mutual "
            "information is infinite"
        )


def _spread(name: str) -> Node:
    return symbol(name, facts=close_facts(("positive",), name, (1, 1)))


def _mean_density_ratio(rho: Node) -> Node:
    """The mean of the log ratio of the densities, for the claim about the answer.

    The log ratio is quadratic in x = u and y = rho u + sqrt(1 - rho^2) v with u, v standard
    normal; three places in each, 0 and plus or minus sqrt 3, average it exactly.
    """
    two, rest = number(2), 1 - power(rho, number(2))
    root = sqrt(number(3))
    outer = Fraction(1, 6)
    places = ((number(0), Fraction(2, 3)), (root, outer), (negative(root), outer))
    circle = multiply(number(2), constant("pi"))
    terms = []
    for u, one in places:
        for v, other in places:
            x, y = u, multiply(rho, u) + multiply(sqrt(rest), v)
            square = power(x, two) - 2 * multiply(rho, x, y) + power(y, two)
            joint = negative(divide(square, 2 * rest)) - log(multiply(circle, sqrt(rest)))
            product = negative(divide(power(x, two) + power(y, two), two)) - log(circle)
            terms.append(multiply(number(one * other), joint - product))
    return add(*terms)


def _normal_claim(rho: Node, answer: Node, factor: Node | None) -> SameValue:
    """The answer against the mean of the log ratio of the densities."""
    conditions = (Relation(power(rho, number(2)), "<", number(1)),) if rho.symbols else ()
    mean = _mean_density_ratio(rho)
    mean = mean if factor is None else divide(mean, factor)
    return SameValue(mean, answer, conditions=conditions, kind="result")
