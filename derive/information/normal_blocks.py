"""What two groups of a jointly normal vector tell of each other: log determinants.

The entropy of one normal law is derived by its means, with the claims of that; the measures
are sums of three such entropies.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from derive.derivation import Derivation
from derive.engine.factoring import cancelled
from derive.engine.naming import substituted
from derive.engine.vector_mean import settled
from derive.errors import ArgumentError, NoRuleError
from derive.information.finite_page import named
from derive.information.units import in_base, unit
from derive.information.vector_measures import vector_entropy
from derive.language.blocks import block, part_of, vstack
from derive.language.expression import Node, inverse, number, size_node, zero
from derive.language.functions import logdet, trace
from derive.language.law import Law, Value
from derive.language.laws.terms import PI, log
from derive.language.laws.vectors import MultivariateNormal
from derive.language.merged_names import ordered_symbols
from derive.language.relations import Words
from derive.language.sympy_in import from_sympy
from derive.probability.normal_laws.entries import entry_matrix, explicit
from derive.probability.normal_laws.joint import JointNormal, Names
from derive.probability.normal_laws.page import NormalPage
from derive.probability.normal_laws.pairs import Pair, grouped, names_of, paired
from derive.probability.question import free_name
from derive.probability.under_conditions import DerivationUnderConditions
from derive.steps import Step


def normal_mutual_information(
    law: JointNormal | Law, between: Sequence[Names] | None, base: Value | None
) -> Derivation:
    """I(x; y) = h(x) + h(y) - h(x, y) of two groups of a jointly normal vector."""
    if between is None and isinstance(law, JointNormal) and len(law.values) == 2:
        between = tuple(law.values)
    if between is None or isinstance(between, str) or len(between) != 2:
        raise ArgumentError(
            "mutual_information of a normal law needs two groups\n"
            "  to fix   : say between=('x', 'y'), or between=([0], [1, 2]) for entries"
        )
    page, pair, entropies = _opened(law, between[0], between[1], "mutual_information")
    S, A, D = pair.matrix, pair.first, pair.second
    information = named("I")
    together = entropies[0] + entropies[1] - entropies[2]
    page.define(information, together, "definition: KL of the joint law from the product")
    nats = (logdet(A) + logdet(D) - logdet(S)) / 2
    page.line(together, nats, "insert the entropies")
    apart = block([[A, zero(pair.cross.shape)], [zero(pair.cross.T.shape), D]])
    size = size_node(S.shape[0])
    divergence = (trace(inverse(apart) @ S) - size + logdet(apart) - logdet(S)) / 2
    page.require(divergence, nats, "result")
    answer = _log_of_determinants(pair) or nats
    groups = tuple(vstack(*members) for members in pair.members)
    words = "mutual information of {0} and {1}, jointly normal"
    return _finished(page, pair, (words, groups), (information, nats, answer), base)


def normal_conditional_entropy(
    law: JointNormal | Law, of: Names | None, given: Names, base: Value | None
) -> Derivation:
    """h(x | y) = h(x, y) - h(y) of two groups of a jointly normal vector."""
    if of is None:
        _, _, rest = grouped(law, given, None, "conditional_entropy", ("given", "others"))
        of = rest if isinstance(law, JointNormal) else _other_entries(law, given)
    page, pair, entropies = _opened(law, of, given, "conditional_entropy")
    A, B, D = pair.first, pair.cross, pair.second
    left = named("H")
    together = entropies[2] - entropies[1]
    page.define(left, together, "chain rule: h(x, y) = h(y) + h(x given y)")
    d = size_node(A.shape[0])
    constant = d / 2 * (log(2 * PI) + 1)
    opened = constant + (logdet(pair.matrix) - logdet(D)) / 2
    page.line(together, opened, "insert the entropies")
    schur = A - B @ inverse(D) @ B.T
    nats = constant + logdet(schur) / 2
    page.line(opened, nats, "determinant of a block matrix")
    corner = part_of(inverse(pair.whole), 0, 0, A.shape[0], A.shape[0])
    page.require(constant - logdet(corner) / 2, nats, "result")
    answer = nats
    known = explicit(substituted(schur, dict(pair.meanings)))
    if known is not None:
        volume = entry_matrix(sympy.Matrix([[known.det()]]))
        answer = constant + log(volume) / 2 if volume is not number(1) else constant
    groups = tuple(vstack(*members) for members in pair.members)
    words = "entropy of {0} where {1} is known, jointly normal"
    return _finished(page, pair, (words, groups), (left, nats, answer), base)


def _opened(
    law: JointNormal | Law, one: Names, other: Names, asked_by: str
) -> tuple[NormalPage, Pair, tuple[Node, Node, Node]]:
    """The page with the entropies of both groups and of all."""
    joint, first, second = grouped(law, one, other, asked_by, ("the first", "the second"))
    if joint.is_precision:
        raise NoRuleError(
            f"{asked_by} takes blocks of the covariance\n"
            f"  to fix   : give JointNormal(..., covariance=...), the inverse of the precision"
        )
    pair = paired(joint, first, second)
    page = NormalPage(pair.parts, pair.conditions)
    for letter, meaning in pair.meanings.items():
        if letter not in (*pair.means, *pair.values):
            page.steps.append(Step(letter, meaning, "given"))
    page.words("the covariance of both is {0}", (pair.matrix,), "in blocks")
    _say_entropy_of_a_law(page, pair)
    inside = [", ".join(value.name for value in group) for group in pair.members]
    names = tuple(named(f"h({text})") for text in (*inside, ", ".join(inside)))
    for name, matrix in zip(names, (pair.first, pair.second, pair.matrix), strict=True):
        page.define(name, _entropy(matrix), "entropy of a normal law")
    return page, pair, (names[0], names[1], names[2])


def _entropy(covariance: Node) -> Node:
    return size_node(covariance.shape[0]) / 2 * (log(2 * PI) + 1) + logdet(covariance) / 2


def _say_entropy_of_a_law(page: NormalPage, pair: Pair) -> None:
    """The entropy of one normal law, with the claims of its derivation."""
    taken = {s.name for node in (*pair.values, *pair.means, pair.stated) for s in node.symbols}
    taken |= {str(node.shape[0]) for node in pair.values}
    letters = [free_name(names, taken) for names in (("k", "n", "k_"), ("G", "V", "G_"))]
    law = MultivariateNormal("m", letters[1], d=letters[0])
    derived = vector_entropy(law, "nats", None)
    ((_, entropy),) = derived.trace.results
    covariance = law.values[1]
    page.words(
        "a normal law of {0} entries with covariance {1} has the entropy {2}",
        (size_node(covariance.shape[0]), covariance, entropy),
        "mean of −log p",
    )
    page.claims += derived.claims
    page.require(entropy, _entropy(covariance))


def _log_of_determinants(pair: Pair) -> Node | None:
    """``1/2 log(det S_xx det S_yy / det S)`` where the entries are known."""
    parts = [substituted(node, dict(pair.meanings)) for node in (pair.first, pair.second)]
    one, other, both = (explicit(node) for node in (*parts, pair.opened))
    if one is None or other is None or both is None:
        return None
    ratio = cancelled(one.det() * other.det() / both.det())
    parts_of_ratio = sympy.fraction(ratio)
    if parts_of_ratio[0].could_extract_minus_sign():
        parts_of_ratio = tuple(sympy.expand(-part) for part in parts_of_ratio)
    above, below = (from_sympy(part) for part in parts_of_ratio)
    if above is number(1):
        return number(0) if below is number(1) else -log(below) / 2
    return log(above / below) / 2


def _finished(
    page: NormalPage,
    pair: Pair,
    asked: tuple[str, tuple[Node, ...]],
    found: tuple[Node, Node, Node],
    base: Value | None,
) -> Derivation:
    """Insert what the letters stand for, in the unit asked for."""
    left, nats, answer = found
    inserted = substituted(nats, {pair.matrix: pair.opened, **pair.meanings})
    if answer is nats:
        answer = nats if inserted is nats else settled(inserted)
    if answer is not nats:
        page.steps.append(Step(nats, answer, "insert the blocks"))
        page.require(inserted, answer, "result")
    unit_name, factor = unit(base)
    result, conversion = in_base(answer, factor)
    page.steps += conversion
    text, nodes = asked
    parameters = (pair.first, pair.cross, pair.second)
    arguments = [s for node in parameters for s in ordered_symbols(pair.full(node))]
    words = Words(f"{text}; in {unit_name}", nodes)
    trace = page.trace(words, ((left.name, result),), tuple(arguments), (left,))
    return DerivationUnderConditions(trace, tuple(page.claims))


def _other_entries(law: Law, given: Names) -> tuple[int, ...]:
    """The entries of a law of fixed size that are not given."""
    size = law.size_of["d"] if isinstance(law, MultivariateNormal) else 0
    known = names_of(given, "given")
    return tuple(k for k in range(size) if k not in known) if isinstance(size, int) else ()
