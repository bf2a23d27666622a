"""The law of an affine function of a normal vector, by its moment generating function."""

from __future__ import annotations

from typing import Any

from derive.check.vector_claims import VectorMeanClaim
from derive.engine.exact_matrix import exact_matrix
from derive.engine.quadratics import quadratic_about
from derive.engine.vector_mean import VectorMeans, settled
from derive.errors import DomainError, NoClosedFormError, ShapeError
from derive.language.expression import Node, number, symbol, zero
from derive.language.functions import elementwise
from derive.language.law import Law
from derive.language.laws.vectors import MultivariateNormal
from derive.language.relations import Relation, Words
from derive.language.sizes import shape_text
from derive.probability.normal_laws.entries import entry_matrix, explicit
from derive.probability.normal_laws.joint import as_normal
from derive.probability.normal_laws.page import NormalDerivation
from derive.probability.question import free_name, told
from derive.probability.vector_moments import posed_functions
from derive.probability.vector_question import VectorQuestion, mean_of, pose_vectors, support_step
from derive.steps import Step, Trace


def affine_map(law: Law | str, function: Any, of: str = "x", shapes: str = "") -> NormalDerivation:
    """Derive the law of an affine function of a normal vector.

    Parameters
    ----------
    law : MultivariateNormal or str
        The law of the vector, of shape (d, 1).
    function : str, Node or SymPy expression
        An affine function, for example ``"A*x + b"``: a column or a scalar.
    of : str
        What the vector is called.
    shapes : str
        Shapes of other names in a text: ``"A: m x d, b: m"``.

    Returns
    -------
    NormalDerivation
        ``.result`` is the pair of mean and covariance, ``.law`` the law; it has a density
        where the covariance is positive definite, which is a condition.

    Raises
    ------
    NoClosedFormError
        The function is not affine.
    DomainError
        The covariance is singular: the function has more entries than the vector, or rows
        that depend on each other.
    ShapeError
        The function is no column, or shapes do not fit.

    References
    ----------
    mardia2000, section 3.2; bishop2006, section 2.3.

    Examples
    --------
    >>> found = affine_map("MultivariateNormal", "A*x + b", shapes="A: m x d, b: m")
    >>> found.expression
    (A*mu + b, A*Sigma*A')
    """
    law = as_normal(law, "affine_map")
    (node,), first = posed_functions((function,), law, of, shapes, "m")
    _require_affine(node, law, first.value)
    taken = {s.name for s in (*first.symbols, first.value)}
    taken |= {str(size) for size in node.shape}
    t = symbol(free_name(("t", "s", "t_", "s_"), taken), node.shape)
    question = pose_vectors((law,), ("M", "G"), first.value, (*first.others, t))
    power = elementwise("exp", t.T @ node)
    found = mean_of(question, power)
    exponent = found.closed.args[0] if found.closed.op == "map" else None
    read = None if exponent is None else quadratic_about(exponent, t, zero(t.shape))
    if read is None:
        raise NoClosedFormError(f"the generating function of {node!r} could not be read")
    mean, covariance = _short(read.slope), _short(2 * read.curvature)
    _require_definite(node, covariance, first.value)
    return _told(question, node, power, (t, found.closed), (mean, covariance))


def _told(
    question: VectorQuestion,
    node: Node,
    power: Node,
    found: tuple[Node, Node],
    law: tuple[Node, Node],
) -> NormalDerivation:
    (t, closed), (mean, covariance) = found, law
    taken = {s.name for s in (*question.symbols, question.value, question.answer)}
    y, m, C = (
        symbol(free_name(names, taken), shape)
        for names, shape in (
            (("y", "z", "w"), node.shape),
            (("m", "c", "m_"), mean.shape),
            (("C", "S", "C_"), covariance.shape),
        )
    )
    known = elementwise("exp", t.T @ (m + C @ t / 2))
    if explicit(mean) is not None and explicit(covariance) is not None:
        closed = elementwise("exp", t.T @ (mean + covariance @ t / 2))
    steps = told(
        support_step(question),
        Step(y, node, "the new value"),
        Step(question.mean(power), closed, "ratio of the totals at η + b and η"),
        Step(None, Words("{0} where {1} is Normal({2}, {3})", (known, y, m, C)), "compare in t"),
        Step(m, mean, Words("slope in {0}", (t,))),
        Step(C, covariance, Words("twice the curvature in {0}", (t,))),
    )
    conditions = question.conditions(())
    if covariance.symbols:
        is_varied = Words("{0} positive definite", (covariance,))
        positive = Relation(covariance, ">", number(0))
        conditions = (*conditions, positive if covariance.is_scalar else is_varied)
    name = question.laws[0].glossed_words()
    k = len(name.nodes)
    asked = Words(
        f"law of {{{k}}}, {{{k + 1}}} distributed as {name.text}",
        (*name.nodes, node, question.value),
    )
    trace = Trace(
        question=asked,
        definitions=question.definitions,
        steps=steps,
        results=(("mean", mean), ("covariance", covariance)),
        conditions=tuple(dict.fromkeys(conditions)),
        arguments=tuple(s for s in question.symbols if s in mean.symbols | covariance.symbols),
        lefts=(m, C),
    )
    bench = question.bench(())
    u = node - mean
    claims = (
        VectorMeanClaim(bench, question.mean(power), closed, "the generating function"),
        VectorMeanClaim(bench, question.mean(node), mean, "the mean", "result"),
        VectorMeanClaim(bench, question.mean(u @ u.T), covariance, "the covariance", "result"),
    )
    return NormalDerivation(
        trace, claims, law=MultivariateNormal(mean, covariance, d=mean.shape[0])
    )


def _short(node: Node) -> Node:
    known = explicit(node)
    return settled(node) if known is None else entry_matrix(known)


def _require_affine(node: Node, law: MultivariateNormal, value: Node) -> None:
    if node.shape[1] != 1:
        raise ShapeError(
            f"affine_map needs a column or a scalar, got {node!r} of shape {shape_text(node.shape)}"
        )
    if not VectorMeans(law, value).is_affine(node):
        raise NoClosedFormError(
            f"{node!r} is not affine in {value.name}, and its law is not normal\n"
            f"  to fix   : give a function such as A*{value.name} + b"
        )


def _require_definite(node: Node, covariance: Node, value: Node) -> None:
    """Raise where the covariance is certainly singular."""
    rows, columns = node.shape[0], value.shape[0]
    fix = "give independent rows, no more of them than entries"
    if isinstance(rows, int) and isinstance(columns, int) and rows > columns:
        raise DomainError(
            f"{node!r} has {rows} entries, functions of {columns}: its covariance is singular, "
            f"and it has no density\n  to fix   : {fix}"
        )
    if covariance.op == "zero":
        raise DomainError(f"{node!r} does not vary\n  to fix   : {fix}")
    numbers = exact_matrix(covariance)
    if numbers is not None and numbers.det() == 0:
        raise DomainError(
            f"the covariance of {node!r} is singular, {numbers.tolist()}: it has no density\n"
            f"  to fix   : {fix}"
        )
