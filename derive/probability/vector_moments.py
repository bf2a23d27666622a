"""Means, variances and covariances of functions of a random vector or matrix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

from derive.check.vector_claims import VectorMeanClaim, mass_claims
from derive.derivation import Derivation
from derive.engine.conditions import conditions_of
from derive.engine.naming import substituted
from derive.engine.quadratics import quadratic_about
from derive.engine.vector_form import collected
from derive.engine.vector_mean import VectorMeans, settled
from derive.errors import ArgumentError, NoClosedFormError, ShapeError
from derive.language.expression import Node, is_zero, symbol, transpose
from derive.language.functions import postorder, trace
from derive.language.relations import Condition, Relation, Words
from derive.language.sizes import shape_text
from derive.language.sympy_in import from_sympy
from derive.language.vector_law import VectorLaw
from derive.probability.question import told
from derive.probability.under_conditions import DerivationUnderConditions
from derive.probability.vector_question import (
    VectorQuestion,
    mean_of,
    pose_vectors,
    support_step,
)
from derive.reading import parse, read_shapes
from derive.steps import Step, Trace

DEFAULT, MATRIX_NAME = "x", "X"  # what a value is called where nothing is said


def vector_expectation(function: Any, law: VectorLaw, of: str, shapes: str) -> Derivation:
    """E[g(x)], entry by entry."""
    (node,), question = posed_functions((function,), law, of, shapes, "m")
    found = mean_of(question, node)
    whole = question.mean(node)
    opened, averaged = question.mean(found.expanded), found.averaged
    steps = {step.before: step for step in found.mean_steps()}
    last = steps.pop(averaged, Step(averaged, found.closed, "insert the means"))
    lines = (
        *found.kernel_steps(),
        *steps.values(),
        *told(
            Step(whole, opened, "expand the function"),
            Step(opened, averaged, "linearity of expectation"),
            last,
        ),
    )
    trace_of = _trace(question, "mean", (node,), found.closed, whole, lines, found.requires)
    return DerivationUnderConditions(trace_of, found.claims(node, found.closed, None))


def vector_covariance(
    left: Any, right: Any, law: VectorLaw, of: str, shapes: str, asked: str = "covariance"
) -> Derivation:
    """Cov(f(x), g(x)') of two columns, or of two scalars; of the value with itself."""
    given = (left,) if right is None else (left, right)
    nodes, question = posed_functions(given, law, of, shapes, "C" if asked == "covariance" else "v")
    f, g = nodes[0], nodes[-1]
    for node in (f, g):
        if node.shape[1] != 1:
            raise ShapeError(
                f"{asked} needs columns or scalars, got {node!r} of shape {shape_text(node.shape)}"
            )
    means = VectorMeans(law, question.value)
    if means.is_affine(f) and means.is_affine(g):
        return _affine_covariance(question, f, g, asked, right is None)
    if law.name == "multivariate_normal" and f.is_scalar and g.is_scalar:
        return _gaussian_covariance(question, f, g, asked, right is None)
    raise NoClosedFormError(
        f"no closed form is known for the {asked} of {f!r} and {g!r} under {law!r}\n"
        f"  known    : affine functions; under a normal law polynomials of degree two"
    )


def _affine_covariance(
    question: VectorQuestion, f: Node, g: Node, asked: str, is_own: bool
) -> Derivation:
    """``E[(f - Ef)(g - Eg)']`` of affine functions, by the covariance of the value."""
    first, second = mean_of(question, f), mean_of(question, g)
    centred = settled(f - first.closed), settled(g - second.closed)
    product = centred[0] @ transpose(centred[1])
    if is_zero(product):
        raise ArgumentError(f"{f!r} or {g!r} does not vary: give functions of the value")
    found = mean_of(question, product)
    shown = centred[0] ** 2 if is_own and f.is_scalar else product
    lines = told(
        *found.kernel_steps(),
        Step(question.mean(f), first.closed, "linearity of expectation"),
        *(() if f is g else (Step(question.mean(g), second.closed, "linearity of expectation"),)),
        Step(question.answer, question.mean(shown), f"definition of the {asked}"),
        Step(question.mean(shown), found.closed, found.means.spread_origin()),
    )
    nodes = (f,) if is_own else (f, g)
    trace_of = _trace(question, asked, nodes, found.closed, question.answer, lines, found.requires)
    return DerivationUnderConditions(trace_of, found.claims(shown, found.closed, None))


def _gaussian_covariance(
    question: VectorQuestion, f: Node, g: Node, asked: str, is_own: bool
) -> Derivation:
    """``Cov = b'Sigma c + 2 tr(A Sigma B Sigma)`` of polynomials of degree two."""
    law, x = question.laws[0], question.value
    mu, Sigma = law.values
    read = [quadratic_about(node, x, mu) for node in (f, g)]
    if any(part is None for part in read):
        which = f if read[0] is None else g
        raise NoClosedFormError(
            f"no closed form is known for the {asked} of {which!r} under {law!r}\n"
            f"  known    : polynomials of degree two in {x.name}"
        )
    (one, other) = (part for part in read if part is not None)
    u = x - mu
    steps = []
    for node, part in zip((f,) if is_own else (f, g), (one, other), strict=False):
        opened = part.value + part.slope.T @ u + u.T @ part.curvature @ u
        if settled(opened) is not settled(node):
            steps.append(Step(node, opened, "expand about the mean"))
    linear = one.slope.T @ Sigma @ other.slope
    fourth = 2 * trace(one.curvature @ Sigma @ other.curvature @ Sigma)
    raw = settled(linear) + settled(fourth)
    answer = collected(settled(raw))
    words = _fourth_moments(question, is_own)
    defined = question.mean((f - question.mean(f)) * (g - question.mean(g)))
    lines = told(
        *steps,
        Step(None, words, "odd moments of u are 0, fourth ones by pairs"),
        Step(question.answer, defined, f"definition of the {asked}"),
        Step(defined, raw, "insert A, B, b, c"),
        Step(raw, answer, "collect"),
    )
    nodes = (f,) if is_own else (f, g)
    trace_of = _trace(question, asked, nodes, answer, question.answer, lines, ())
    bench = question.bench(())
    product = question.mean(f * g) - question.mean(f) * question.mean(g)
    expanded = tuple(
        VectorMeanClaim(bench, question.mean(step.before), question.mean(step.after), "expansion")
        for step in steps
        if isinstance(step.before, Node) and isinstance(step.after, Node)
    )
    claims = (
        *mass_claims(bench),
        *expanded,
        VectorMeanClaim(bench, product, raw, "moments of order four"),
        VectorMeanClaim(bench, product, answer, "the answer", "result"),
    )
    return DerivationUnderConditions(trace_of, claims)


def _fourth_moments(question: VectorQuestion, is_own: bool) -> Words:
    """What is known of the moments of u = x - mu, in letters."""
    law = question.laws[0]
    _, Sigma = law.values
    taken = {s.name for s in (*question.symbols, question.value)}
    d = question.value.shape[0]

    def letter(names: tuple[str, ...], shape: Any) -> Node:
        return symbol(next(name for name in names if name not in taken), shape)

    u = letter(("u", "z", "u_"), (d, 1))
    A, B = letter(("A", "M", "A_"), (d, d)), letter(("B", "N", "B_"), (d, d))
    b, c = letter(("b", "r", "b_"), (d, 1)), letter(("c", "s", "c_"), (d, 1))
    one = b.T @ u + u.T @ A @ u
    if is_own:
        value = b.T @ Sigma @ b + 2 * trace(A @ Sigma @ A @ Sigma)
        return Words(
            "Var({0}) = {1}, {2} = {3}, {4} symmetric",
            (one, value, u, question.value - law.values[0], A),
        )
    other = c.T @ u + u.T @ B @ u
    value = b.T @ Sigma @ c + 2 * trace(A @ Sigma @ B @ Sigma)
    centred = question.value - law.values[0]
    return Words(
        "Cov({0}, {1}) = {2}, {3} = {4}, {5} and {6} symmetric",
        (one, other, value, u, centred, A, B),
    )


def posed_functions(
    functions: tuple[Any, ...], law: VectorLaw, of: str, shapes: str, answer: str
) -> tuple[tuple[Node, ...], VectorQuestion]:
    """The functions as nodes of the value called `of`, and the question about them."""
    names = {s.name: s for s in law.symbols}
    if of in names:
        raise ArgumentError(
            f"{of} is a parameter of {law!r} and cannot be the random value too\n"
            f"  to fix   : call the value otherwise, of='z'"
        )
    value = law.value(of)
    if of == DEFAULT and value.shape[1] != 1:
        of = MATRIX_NAME if MATRIX_NAME not in names else "W"
        value = law.value(of)
    known = {**names, of: value}
    nodes = tuple(value if f == DEFAULT else _node(f, known, shapes) for f in functions)
    if not any(value in node.symbols for node in nodes):
        raise ArgumentError(
            f"the random value {of} is not in {nodes[0]!r}\n"
            f"  to fix   : write the function in {of}, or say of= what the value is called"
        )
    others = dict.fromkeys(
        part
        for node in nodes
        for part in postorder(node)
        if part.op == "symbol" and part is not value and part not in law.symbols
    )
    letters = (answer, {"m": "E", "C": "K", "v": "V"}[answer])
    return nodes, pose_vectors((law,), letters, value, tuple(others))


def _node(function: Any, names: Mapping[str, Node], shapes: str) -> Node:
    if isinstance(function, str):
        known = {**read_shapes(shapes), **names} if shapes else dict(names)
        return settled_names(parse(function, shapes=known, undeclared="scalar"), names)
    if isinstance(function, Node):
        return settled_names(function, names)
    if isinstance(function, sympy.Basic):
        return settled_names(from_sympy(function), names)
    raise ArgumentError(
        f"a function of a random value is a text or an expression, got {type(function).__name__}"
    )


def settled_names(node: Node, names: Mapping[str, Node]) -> Node:
    """The node with the symbols of the law in the place of those of the same name."""
    changed = {}
    for part in postorder(node):
        if part.op == "symbol" and part.name in names:
            own = names[part.name]
            if own.shape != part.shape:
                raise ShapeError(
                    f"{part.name} has shape {shape_text(part.shape)} in the function and "
                    f"{shape_text(own.shape)} in the law"
                )
            changed[part] = own
    return substituted(node, changed)


def _lengths(answer: Node) -> tuple[Condition, ...]:
    """That vectors are not zero whose lengths an answer divides by or has logarithms of."""
    parts = {part.args[0] for part in postorder(answer) if part.op == "norm2"}
    return tuple(
        condition
        for condition in conditions_of(answer, results=(answer,))
        if isinstance(condition, Relation)
        and (condition.left.op == "norm2" or condition.left in parts)
    )


def _trace(
    question: VectorQuestion,
    asked: str,
    nodes: tuple[Node, ...],
    answer: Node,
    left: Node,
    lines: tuple[Step, ...],
    needs: tuple[Any, ...],
) -> Trace:
    name = question.laws[0].glossed_words()
    places = len(name.nodes)
    functions = " and ".join(f"{{{places + k}}}" for k in range(len(nodes)))
    words = f"{asked} of {functions}, {{{places + len(nodes)}}} distributed as {name.text}"
    return Trace(
        question=Words(words, (*name.nodes, *nodes, question.value)),
        definitions=question.definitions,
        steps=(support_step(question), *lines),
        results=((question.answer.name, answer),),
        conditions=tuple(dict.fromkeys((*question.conditions(needs), *_lengths(answer)))),
        arguments=question.symbols,
        lefts=(left,),
    )
