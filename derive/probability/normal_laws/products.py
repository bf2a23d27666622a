"""The product of two normal densities of one vector: a normal density times a constant."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy

from derive.engine.naming import substituted
from derive.engine.vector_mean import settled
from derive.language.expression import Node, inverse, number, symbol
from derive.language.facts import close_facts
from derive.language.functions import logdet
from derive.language.law import Law
from derive.language.laws.terms import PI, log
from derive.language.laws.vectors import MultivariateNormal, quadratic
from derive.language.merged_names import ordered_symbols
from derive.language.relations import Words
from derive.probability.normal_laws.entries import entry_matrix, explicit
from derive.probability.normal_laws.joint import as_normal
from derive.probability.normal_laws.page import NormalDerivation, NormalPage, log_density
from derive.probability.question import free_name
from derive.probability.vector_question import merge_vector_symbols
from derive.steps import Step


@dataclass(frozen=True, repr=False)
class ProductOfDensities(NormalDerivation):
    """A derivation of ``p(x) q(x) = exp(log_constant) r(x)``, r the density of ``law``.

    Attributes
    ----------
    log_constant : Node, shape (1, 1)
        The log of the integral of the product.
    """

    log_constant: Node = field(kw_only=True, compare=False)


def product_of_densities(p: Law | str, q: Law | str) -> ProductOfDensities:
    """Derive the product of two normal densities of one vector.

    Parameters
    ----------
    p, q : MultivariateNormal or str
        Equal names in the two are one parameter.

    Returns
    -------
    ProductOfDensities
        ``.result`` has the mean c and the covariance C of the normal law that the product is
        a multiple of, and the log of its integral; ``.law`` is that law.

    Raises
    ------
    ArgumentError
        A law is not a normal one of a vector.
    ShapeError
        The vectors have different sizes.
    DomainError
        Numbers that are no covariance matrix.

    References
    ----------
    petersen2012, section 8.1.8; rasmussen2006, appendix A.2.

    Examples
    --------
    >>> found = product_of_densities("MultivariateNormal(a, A)", "MultivariateNormal(b, B)")
    >>> found.expression[1]
    inv(inv(A) + inv(B))
    """
    given = (as_normal(p, "product_of_densities"), as_normal(q, "product_of_densities"))
    first, second = merge_vector_symbols(*given)
    assert isinstance(first, MultivariateNormal) and isinstance(second, MultivariateNormal)
    letters, meanings, taken = _letters((first, second))
    a, A, b, B = letters
    conditions = (*first.conditions, *second.conditions)
    page = NormalPage({}, tuple(dict.fromkeys(conditions)))

    def new(names: tuple[str, ...], shape: tuple[object, object]) -> Node:
        name = free_name((*names, *(f"{names[0]}{k}" for k in range(1, 9))), taken)
        taken.add(name)
        facts = ("spd",) if names[0].isupper() and shape != (1, 1) else ()
        return symbol(name, shape, close_facts(facts, name, shape))  # type: ignore[arg-type]

    x = new(("x", "t", "z"), a.shape)
    Q, C, c = new(("Q", "R"), (1, 1)), new(("C", "G"), A.shape), new(("c", "g"), a.shape)
    for letter, meaning in meanings.items():
        page.steps.append(Step(letter, meaning, "given"))
    text = "Normal({0}; {1}, {2}) Normal({0}; {3}, {4}) = exp({5}) times a constant"
    page.words(text, (x, a, A, b, B, -Q / 2), "normal laws")
    page.define(Q, quadratic(x - a, A) + quadratic(x - b, B), "the forms in the exponents")
    page.define(C, inverse(inverse(A) + inverse(B)), "precisions add")
    page.define(c, C @ (inverse(A) @ a + inverse(B) @ b), "precisions weigh the means")
    apart = quadratic(a, A) + quadratic(b, B)
    collected = x.T @ inverse(C) @ x - 2 * (x.T @ inverse(C) @ c) + apart
    page.line(Q, collected, "collect in the value")
    rest = apart - quadratic(c, C)
    squared = quadratic(x - c, C) + rest
    page.line(collected, squared, "complete the square")
    page.line(inverse(A) @ C @ inverse(B), inverse(A + B), "A⁻¹(A⁻¹ + B⁻¹)⁻¹B⁻¹ = (B + A)⁻¹")
    page.line(rest, quadratic(a - b, A + B), "insert the mean and the inverse")
    page.line(logdet(A) + logdet(B), logdet(A + B) + logdet(C), "det A det B = det(A + B) det C")
    text = (
        "Normal({0}; {1}, {2}) Normal({0}; {3}, {4}) = Normal({1}; {3}, {5}) Normal({0}; {6}, {7})"
    )
    page.words(text, (x, a, A, b, B, A + B, c, C), "read the two normal densities")
    whole = log_density(x, a, A) + log_density(x, b, B)
    constant = log_density(a, b, A + B)
    page.require(whole, constant + log_density(x, c, C), "result")
    return _finished(page, (c, C), constant, meanings, (first, second))


def _letters(
    laws: tuple[MultivariateNormal, MultivariateNormal],
) -> tuple[tuple[Node, ...], dict[Node, Node], set[str]]:
    """A symbol for each parameter: itself, or a letter that stands for it."""
    taken = {s.name for law in laws for s in law.symbols}
    taken |= {str(law.size_of["d"]) for law in laws}
    found: list[Node] = []
    meanings: dict[Node, Node] = {}
    names = (("a", "a_"), ("A", "A_"), ("b", "b_"), ("B", "B_"))
    for value, options in zip((*laws[0].values, *laws[1].values), names, strict=True):
        if value.op == "symbol" and value not in found:
            found.append(value)
            continue
        name = free_name((*options, *(f"{options[0]}{k}" for k in range(1, 9))), taken)
        taken.add(name)
        facts = ("spd",) if options[0].isupper() else ()
        letter = symbol(name, value.shape, close_facts(facts, name, value.shape))
        meanings[letter] = value
        found.append(letter)
    return tuple(found), meanings, taken


def _finished(
    page: NormalPage,
    found: tuple[Node, Node],
    constant: Node,
    meanings: dict[Node, Node],
    laws: tuple[MultivariateNormal, MultivariateNormal],
) -> ProductOfDensities:
    """Insert what the letters stand for."""
    results = [_written_out(substituted(page.full(name), meanings)) for name in found]
    results.append(_constant(*laws) or settled(substituted(constant, meanings)))
    if meanings:
        for name, after in zip(found, results, strict=False):
            page.steps.append(Step(name, after, "insert the parameters"))
            page.require(substituted(page.full(name), meanings), after, "result")
        page.require(substituted(constant, meanings), results[2], "result")
    one, other = laws[0].words(), laws[1].words(len(laws[0].values))
    asked = Words(
        f"product of the densities of {one.text} and {other.text}", (*one.nodes, *other.nodes)
    )
    law = MultivariateNormal(*results[:2], d=laws[0].size_of["d"])
    names = (("mean", results[0]), ("covariance", results[1]), ("log_constant", results[2]))
    arguments = tuple(s for law in laws for node in law.values for s in ordered_symbols(node))
    trace = page.trace(asked, names, arguments)
    return ProductOfDensities(trace, tuple(page.claims), law=law, log_constant=results[2])


def _written_out(node: Node) -> Node:
    known = explicit(node)
    return settled(node) if known is None else entry_matrix(known)


def _constant(first: MultivariateNormal, second: MultivariateNormal) -> Node | None:
    """The log constant where means and covariances are given by their entries."""
    (a, A), (b, B) = first.values, second.values
    gap, spread = explicit(a - b), explicit(A + B)
    if gap is None or spread is None:
        return None
    distance = (gap.T * spread.inv() * gap)[0, 0]
    form, volume = (
        entry_matrix(sympy.Matrix([[distance]])),
        entry_matrix(sympy.Matrix([[spread.det()]])),
    )
    return -number(spread.rows) / 2 * log(2 * PI) - log(volume) / 2 - form / 2
