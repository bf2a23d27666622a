"""Entropies of finite laws: of a vector, a joint table, one variable given the other."""

from __future__ import annotations

from typing import Any

from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.errors import ArgumentError
from derive.information.finite_page import (
    MOST_TERMS,
    ZERO,
    FinitePage,
    entropy_by_splitting,
    named,
    surprise,
)
from derive.information.log_sums import LogTerm, log_sum, positive_quotient
from derive.information.normal_blocks import normal_conditional_entropy
from derive.information.tables import FiniteLaw, joint_table, probability_vector
from derive.information.units import unit
from derive.language.expression import Node, add, divide, multiply, negative, ones, symbol
from derive.language.functions import (
    array,
    dot,
    elementwise,
    hadamard,
    hadamard_quotient,
    total,
)
from derive.language.law import Law, Value, symbol_conditions
from derive.language.relations import Words
from derive.probability.normal_laws.joint import JointNormal
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step, Trace


def masses_entropy(value: Any, base: Value | None) -> Derivation:
    """The entropy of a vector of exact or symbolic masses."""
    law = probability_vector("entropy", value)
    page = FinitePage.in_base(law.conditions, law.shares, base)
    name = named("H(p)")
    answer = entropy_line(page, name, law.masses, "definition: −Σ p log p, 0 log 0 = 0")
    words = Words("entropy of p = {0}", (array([list(law.masses)]),))
    return page.derivation(words, law.symbols, name, answer, surprise(law.masses))


def simplex_entropy(p: Node, base: Value | None) -> Derivation:
    """The entropy of a probability vector of symbolic length, by the matrix language."""
    unit_name, factor = unit(base)
    logs = elementwise("log", p)
    written, answer = negative(total(hadamard(p, logs))), negative(dot(p, logs))
    steps = [
        Step(symbol("H(p)"), written, "definition: −Σ p log p"),
        Step(written, answer, "a sum of products is an inner product"),
    ]
    claims = [SameValue(written, answer, conditions=symbol_conditions(p))]
    result = answer
    if factor is not None:
        result = divide(answer, factor)
        steps.append(Step(answer, result, "change of base: divide by its logarithm"))
    surprises = elementwise("log", hadamard_quotient(ones(*p.shape), p))
    mean_surprise = total(hadamard(p, surprises))
    meaning = mean_surprise if factor is None else divide(mean_surprise, factor)
    claims.append(SameValue(meaning, result, conditions=symbol_conditions(p), kind="result"))
    trace = Trace(
        question=Words(f"entropy of the probability vector {{0}}; in {unit_name}", (p,)),
        definitions=(),
        steps=tuple(steps),
        results=(("H(p)", result),),
        conditions=symbol_conditions(p),
        arguments=(p,),
        lefts=(symbol("H(p)"),),
    )
    return DerivationUnderConditions(trace, tuple(claims))


def entropy_line(page: FinitePage, name: Node, masses: tuple[Node, ...], rule: str) -> Node:
    """The line or two of ``-sum p log p``."""
    page.mean(name, entropy_by_splitting(masses))
    return page.sum_of_logs(name, surprise(masses), rule)


def joint_entropy(table: Any, base: Value | None = None) -> Derivation:
    """Derive the entropy of two variables together, H(X, Y) = -sum p(x, y) log p(x, y).

    Parameters
    ----------
    table : nested lists, SymPy Matrix, array or text, shape (m, n)
        Joint masses that sum to one, rows for the values of X, columns for those of Y:
        numbers (a float stands for the decimal it prints as) or expressions in symbols.
    base : positive number other than 1, optional
        Of the logarithm; the natural one (nats) if left out, 2 for bits.

    Returns
    -------
    Derivation
        ``.result`` is the joint entropy, a scalar; unit nats, or that of `base`.

    Raises
    ------
    ShapeError, ArgumentError
        `table` is no table of scalars.
    DomainError
        A mass is negative, or they do not sum to one; the message names it.

    References
    ----------
    cover2006, section 2.2.

    Examples
    --------
    >>> joint_entropy([["1/2", "1/4"], [0, "1/4"]], base=2)
    3/2    # scalar
    """
    law = joint_table("joint_entropy", table)
    page = FinitePage.in_base(law.conditions, law.shares, base)
    name = named("H(X, Y)")
    rule = "definition: −Σ P(x, y) log P(x, y), 0 log 0 = 0"
    answer = entropy_line(page, name, law.masses, rule)
    asked = question("joint entropy of X and Y", law)
    return page.derivation(asked, law.symbols, name, answer, surprise(law.masses))


def conditional_entropy(
    table: Any, given: Any = "X", base: Value | None = None, *, of: Any = None
) -> Derivation:
    """Derive the entropy that is left of one variable when the other is known, H(Y | X).

    Parameters
    ----------
    table : nested lists, SymPy Matrix, array or text, shape (m, n)
        Joint masses that sum to one, rows for the values of X, columns for those of Y.
        Or a joint normal law: a `JointNormal`, or a `MultivariateNormal` of fixed size.
    given : "X" or "Y", or blocks or indices of a normal law
        The variable that is known.
    base : positive number other than 1, optional
        Of the logarithm; the natural one (nats) if left out, 2 for bits.
    of : blocks or indices, optional
        Of a normal law: whose entropy; of all others where it is left out.

    Returns
    -------
    Derivation
        ``.result`` is H(Y | X), or H(X | Y) given Y, a scalar; unit nats, or that of `base`.

    Raises
    ------
    ShapeError, ArgumentError
        `table` is no table of scalars, or `given` is neither X nor Y.
    DomainError
        A mass is negative, or they do not sum to one; the message names it.

    References
    ----------
    cover2006, section 2.2.

    Examples
    --------
    >>> conditional_entropy([["1/2", 0], ["1/4", "1/4"]], base=2)
    1/2    # scalar
    >>> conditional_entropy("[[p/2, (1 - p)/2], [(1 - p)/2, p/2]]")
    -p*log(p) - (1 - p)*log(1 - p)    # scalar
    >>> from derive.probability.normal_laws.joint import JointNormal
    >>> conditional_entropy(JointNormal("x: d1, y: d2"), given="y")
    1/2*d1*(log(2*pi) + 1) + 1/2*logdet(S_xx - S_xy*inv(S_yy)*S_xy')    # scalar
    """
    if isinstance(table, JointNormal | Law):
        return normal_conditional_entropy(table, of, given, base)
    if given not in ("X", "Y"):
        raise ArgumentError(f"conditional_entropy is given X or Y, got {given!r:.40}")
    law = joint_table("conditional_entropy", table)
    other = "Y" if given == "X" else "X"
    page = FinitePage.in_base(law.conditions, law.shares, base)
    seen = law if given == "X" else law.transposed()
    marginal = seen.row_sums()
    name = named(f"H({other} | {given})")
    whole = entropy_by_splitting(law.masses) - entropy_by_splitting(marginal)
    page.mean(name, whole)
    places = [k for k, mass in enumerate(marginal) if mass is not ZERO]
    asked, terms = question(name.name, law), conditional_terms(seen, marginal)
    answer = log_sum(terms, None, marginal)
    if len(places) > MOST_TERMS:
        page.say(name, answer, f"definition: −Σ P(x, y) log P({other.lower()} | {given.lower()})")
        return page.derivation(asked, law.symbols, name, answer, terms, marginal)
    parts = []
    for k in places:
        weight = page.mean(named(f"P({given} = {k + 1})"), marginal[k])
        page.say(weight, marginal[k], "sum of a row" if given == "X" else "sum of a column")
        row = tuple(
            ZERO if mass is ZERO else positive_quotient(mass, marginal[k]) for mass in seen.rows[k]
        )
        masses = named(f"P({other} | {given} = {k + 1})")
        shown = ", ".join(f"{{{j + 1}}}" for j in range(len(row)))
        page.note(f"{{0}}: {shown}", "conditional masses", (masses, *row))
        inner = named(f"H({other} | {given} = {k + 1})")
        is_certain = sum(mass is not ZERO for mass in row) == 1
        rule = "one value is certain" if is_certain else "entropy of these masses"
        entropy_line(page, inner, row, rule)
        parts.append(multiply(weight, inner))
    mean = add(ZERO, *parts)
    page.say(name, mean, f"definition: the mean over {given}")
    page.say(mean, answer, "insert")
    return page.derivation(asked, law.symbols, name, answer, terms, marginal)


def conditional_terms(seen: FiniteLaw, marginal: tuple[Node, ...]) -> list[LogTerm]:
    """The terms of ``-sum p(x, y) log(p(x, y)/p(x))``."""
    return [
        LogTerm(mass, positive_quotient(mass, marginal[k]), -1)
        for k, row in enumerate(seen.rows)
        for mass in row
        if mass is not ZERO
    ]


def question(asked: str, law: FiniteLaw) -> Words:
    """The words of a question about a joint table."""
    text = f"{asked}, joint masses {{0}}, rows for X, columns for Y"
    return Words(text, (array([list(row) for row in law.rows]),))
