"""The law of some blocks of a normal vector, and of some where others are given.

Both complete the square in one group: what is left is the law of the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.engine.naming import substituted
from derive.engine.vector_mean import settled
from derive.errors import ArgumentError, DeriveError, NoRuleError
from derive.language.blocks import block, part_of, vstack
from derive.language.expression import Node, inverse, symbol
from derive.language.facts import close_facts
from derive.language.functions import logdet
from derive.language.law import Law
from derive.language.laws.vectors import MultivariateNormal, quadratic
from derive.language.merged_names import ordered_symbols
from derive.language.relations import Words
from derive.probability.normal_laws.entries import entry_matrix, explicit
from derive.probability.normal_laws.joint import JointNormal, Names
from derive.probability.normal_laws.page import NormalDerivation, NormalPage, log_density
from derive.probability.normal_laws.pairs import Pair, grouped, paired
from derive.probability.question import free_name
from derive.steps import Step

SCHUR = "Schur complement"


def conditional_law(
    law: JointNormal | Law | str, of: Names, given: Names | Mapping[Any, Any] | None = None
) -> NormalDerivation:
    """Derive the law of some parts of a normal vector where others are given.

    Parameters
    ----------
    law : JointNormal, MultivariateNormal or str
    of, given : str, int, or several
        Blocks of a `JointNormal` (``"x"``, ``"x, z"``), entries of a law of fixed size
        (``[0, 2]``, from 0).  `given` may be a mapping to the values: names or numbers.  All
        others where it is left out.

    Returns
    -------
    NormalDerivation
        ``.result`` is the pair of mean and covariance, ``.law`` the law.

    Raises
    ------
    ArgumentError
        A block is unknown, there twice, or in both groups; the law is not normal.
    DomainError
        Numbers that are no covariance matrix.

    References
    ----------
    bishop2006, section 2.3.1; petersen2012, section 8.1.3.

    Examples
    --------
    >>> found = conditional_law(JointNormal("x: d1, y: d2"), "x")
    >>> found
    mu_x + S_xy*inv(S_yy)*(y - mu_y)    # shape (d1,)
    S_xx - S_xy*inv(S_yy)*S_xy'    # shape (d1, d1)
    >>> conditional_law(MultivariateNormal([0, 1], [[2, 1], [1, 2]]), 0, {1: 3}).law
    MultivariateNormal(1, 3/2)
    """
    told = dict(given) if isinstance(given, Mapping) else {}
    names = tuple(told) if told else given
    joint, first, second = grouped(law, of, names, "conditional_law", ("of", "given"))  # type: ignore[arg-type]
    if not second:
        raise ArgumentError("conditional_law: nothing is given\n  to fix   : leave some part over")
    pair = paired(joint, first, second)
    _require_whole(joint, first, second)
    page = _opened(pair)
    mean, covariance, _ = factored(page, pair)
    x, y = pair.values
    page.words(
        "{0} given {1} is Normal({2}, {3})", (x, y, mean, covariance), "the factor with both"
    )
    found = _other_route(pair)
    page.require(mean, found[0], "result")
    page.require(covariance, found[1], "result")
    place = {y: _value_of(y, pair, told)} if told else {}
    text = "law of {0} given {1}, jointly normal"
    nodes = tuple(vstack(*members) for members in pair.members)
    return _finished(page, pair, (mean, covariance), (text, nodes), place)


def marginal_law(law: JointNormal | Law | str, of: Names) -> NormalDerivation:
    """Derive the law of some parts of a normal vector, the others integrated out.

    Parameters
    ----------
    law : JointNormal, MultivariateNormal or str
    of : str, int, or several
        Blocks of a `JointNormal`, or entries of a law of fixed size, from 0.

    Returns
    -------
    NormalDerivation
        ``.result`` is the pair of mean and covariance, ``.law`` the law.

    Raises
    ------
    ArgumentError
        A block is unknown or there twice, or nothing is left out.
    DomainError
        Numbers that are no covariance matrix.

    References
    ----------
    bishop2006, section 2.3.2.

    Examples
    --------
    >>> marginal_law(JointNormal("x: d1, y: d2"), "y").law
    MultivariateNormal(mu_y, S_yy)
    >>> marginal_law(JointNormal("x: d1, y: d2", precision=True), "x").result[1]
    (P_xx - P_xy*P_yy**(-1)*P_xy.T)**(-1)
    """
    joint, kept, dropped = grouped(law, of, None, "marginal_law", ("of", "others"))
    if not dropped:
        raise ArgumentError("marginal_law: no part is left out, so the law is the one given")
    pair = paired(joint, kept, dropped)
    page = _opened(pair)
    mean, spread, covariance = factored(page, pair.turned)
    x, y = pair.values
    page.words(
        "the integral of Normal({0}; {1}, {2}) over {0} is 1", (y, mean, spread), "integrate"
    )
    page.words("{0} is Normal({1}, {2})", (x, pair.means[0], covariance), "what is left")
    whole = _whole_log_density(pair)
    rest = whole - log_density(y, mean, spread)
    page.require(log_density(x, pair.means[0], covariance), rest, "result")
    nodes = (vstack(*pair.members[0]), vstack(*pair.members[1]))
    text = "law of {0}, where {0} and {1} are jointly normal"
    return _finished(page, pair, (pair.means[0], covariance), (text, nodes), {})


# --- the square ---------------------------------------------------------------------------


def factored(page: NormalPage, pair: Pair) -> tuple[Node, Node, Node]:
    """The density of both as one of the first given the second, times one of the second.

    Out: the mean and the covariance of the first, and the covariance of the second.
    """
    return _by_precision(page, pair) if pair.is_precision else _by_covariance(page, pair)


def _by_covariance(page: NormalPage, pair: Pair) -> tuple[Node, Node, Node]:
    (x, y), (_, n) = pair.values, pair.means
    u, v = _centred(page, pair)
    A, B, D = pair.first, pair.cross, pair.second
    S = _new(page, pair, ("S", "C", "S_"), A.shape, ("spd",))
    K = _new(page, pair, ("K", "G", "K_"), B.shape)
    page.define(K, B @ inverse(D), "coefficients of the regression")
    page.define(S, A - K @ B.T, SCHUR)
    corner = inverse(S)
    blocks = block([[corner, -corner @ K], [-K.T @ corner, inverse(D) + K.T @ corner @ K]])
    page.line(inverse(pair.matrix), blocks, "block inverse")
    Q = _form(page, pair, u, v, inverse(pair.matrix))
    square = quadratic(u - K @ v, S) + quadratic(v, D)
    page.line(Q, square, "insert the inverse, complete the square")
    page.line(logdet(pair.matrix), logdet(S) + logdet(D), "determinant of a block matrix")
    m = _new(page, pair, ("m", "mu", "m_"), x.shape)
    page.define(m, pair.means[0] + K @ (y - n), Words("{0} = 0", (u - K @ v,)))
    _product(page, pair, m, S, D)
    return m, S, D


def _by_precision(page: NormalPage, pair: Pair) -> tuple[Node, Node, Node]:
    (x, y), (_, n) = pair.values, pair.means
    u, v = _centred(page, pair)
    A, B, D = pair.first, pair.cross, pair.second
    R = _new(page, pair, ("R", "T", "R_"), D.shape, ("spd",))
    page.define(R, D - B.T @ inverse(A) @ B, SCHUR)
    Q = _form(page, pair, u, v, pair.matrix)
    opened = u.T @ A @ u + 2 * (u.T @ B @ v) + v.T @ D @ v
    page.line(Q, opened, "multiply out")
    shifted = u + inverse(A) @ B @ v
    page.line(opened, shifted.T @ A @ shifted + v.T @ R @ v, "complete the square")
    page.line(logdet(pair.matrix), logdet(A) + logdet(R), "determinant of a block matrix")
    m = _new(page, pair, ("m", "mu", "m_"), x.shape)
    page.define(m, pair.means[0] - inverse(A) @ B @ (y - n), Words("{0} = 0", (shifted,)))
    _product(page, pair, m, inverse(A), inverse(R))
    return m, inverse(A), inverse(R)


def _centred(page: NormalPage, pair: Pair) -> tuple[Node, Node]:
    x, y = pair.values
    u = _new(page, pair, ("u", "u_", "h"), x.shape)
    v = _new(page, pair, ("v", "v_", "k"), y.shape)
    page.define(u, x - pair.means[0], "distance from the mean")
    page.define(v, y - pair.means[1], "distance from the mean")
    return u, v


def _form(page: NormalPage, pair: Pair, u: Node, v: Node, matrix: Node) -> Node:
    """The quadratic form of the joint density."""
    Q = _new(page, pair, ("Q", "q", "Q_"), (1, 1))
    both = vstack(u, v)
    page.words("log density of both = {0} + a constant", (-Q / 2,), "normal law")
    return page.define(Q, both.T @ matrix @ both, "the form in the exponent")


def _product(page: NormalPage, pair: Pair, m: Node, S: Node, D: Node) -> None:
    x, y = pair.values
    n = pair.means[1]
    page.words(
        "density of both = Normal({0}; {1}, {2}) Normal({3}; {4}, {5})",
        (x, m, S, y, n, D),
        "the square and the determinant split",
    )
    page.require(_whole_log_density(pair), log_density(x, m, S) + log_density(y, n, D))


def _whole_log_density(pair: Pair) -> Node:
    covariance = inverse(pair.matrix) if pair.is_precision else pair.matrix
    return log_density(vstack(*pair.values), pair.mean, covariance)


def _other_route(pair: Pair) -> tuple[Node, Node]:
    """Mean and covariance of the first group by the inverse of the whole matrix."""
    W, a, b = pair.whole, pair.first.shape[0], pair.second.shape[0]
    P = inverse(W)
    first, cross = part_of(P, 0, 0, a, a), part_of(P, 0, a, a, b)
    moved = pair.values[1] - pair.means[1]
    if pair.is_precision:
        solved = inverse(part_of(P, a, a, b, b))
        return pair.means[0] + cross @ solved @ moved, first - cross @ solved @ cross.T
    return pair.means[0] - inverse(first) @ cross @ moved, inverse(first)


# --- the page -----------------------------------------------------------------------------


def _opened(pair: Pair) -> NormalPage:
    """The first lines: what is normal, and what letters stand for."""
    page = NormalPage(pair.parts, pair.conditions)
    matrix = pair.matrix
    what = "precision" if pair.is_precision else "covariance"
    page.words(
        f"{{0}} is normal with mean {{1}} and {what} {{2}}",
        (vstack(*pair.values), pair.mean, matrix),
        "in blocks",
    )
    for letter, meaning in pair.meanings.items():
        page.steps.append(Step(letter, meaning, "given"))
    return page


def _new(
    page: NormalPage, pair: Pair, names: tuple[str, ...], shape: Any, facts: tuple[str, ...] = ()
) -> Node:
    """A letter that stands for nothing else."""
    nodes = (*pair.values, *pair.means, pair.first, pair.cross, pair.second)
    taken = {s.name for node in nodes for s in node.symbols}
    taken |= {s.name for node in pair.meanings.values() for s in node.symbols}
    taken |= {name.name for name in page.names}
    name = free_name((*names, *(f"{names[0]}{k}" for k in range(1, 9))), taken)
    return symbol(name, shape, close_facts(facts, name, shape))


def _require_whole(joint: JointNormal, first: tuple[str, ...], second: tuple[str, ...]) -> None:
    if joint.is_precision and len(first) + len(second) < len(joint.values):
        raise NoRuleError(
            "conditional_law: blocks of a precision matrix say nothing of a part of the vector\n"
            "  to fix   : name every block, or give blocks of the covariance"
        )


def _value_of(y: Node, pair: Pair, told: Mapping[Any, Any]) -> Node:
    """What the given vector is."""
    parts = []
    sizes = [member.shape[0] for member in pair.members[1]]
    if all(isinstance(name, int) for name in told):  # entries of one vector
        sizes = [1] * len(told)
    for (name, value), size in zip(told.items(), sizes, strict=True):
        try:
            parts.append(MultivariateNormal(value, d=size).values[0])
        except DeriveError as error:
            raise type(error)(f"the value of {name}: {error}") from error
    return vstack(*parts)


def _finished(
    page: NormalPage,
    pair: Pair,
    found: tuple[Node, Node],
    asked: tuple[str, tuple[Node, ...]],
    place: dict[Node, Node],
) -> NormalDerivation:
    """Insert what the letters stand for, and state the law."""
    opened = [page.full(node) for node in found]
    results = [_inserted(substituted(node, place), pair) for node in opened]
    if pair.meanings or place:
        rule = "insert the blocks" if not place else "insert what is given"
        for name, before, after in zip(found, opened, results, strict=True):
            page.steps.append(Step(name, after, rule))
            told = substituted(substituted(before, place), dict(pair.meanings))
            page.require(told, after, "result")
    law = MultivariateNormal(*results, d=results[0].shape[0])
    nodes_in_order = (*pair.values, *place.values(), *pair.means)
    nodes_in_order += (pair.first, pair.cross, pair.second)
    arguments = [s for node in nodes_in_order for s in ordered_symbols(pair.full(node))]
    text, nodes = asked
    named = (("mean", results[0]), ("covariance", results[1]))
    trace = page.trace(Words(text, nodes), named, tuple(arguments), found)
    return NormalDerivation(trace, tuple(page.claims), law=law)


def _inserted(node: Node, pair: Pair) -> Node:
    """A result with the meanings of its letters; entries where they are known."""
    told = substituted(node, dict(pair.meanings))
    known = explicit(told)
    return settled(told) if known is None else entry_matrix(known)
