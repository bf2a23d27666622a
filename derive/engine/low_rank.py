"""The gradient in the factors of a matrix of low rank: X = U V', a change of variables.

The gradient G in X is derived first; then dX = dU V' + U dV' gives G V and G'U.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.engine.conditions import conditions_of
from derive.engine.gradient import arguments_of, facts_used, gradients_of
from derive.engine.naming import named, substituted
from derive.engine.normal import tidy
from derive.engine.terms import positive_lead
from derive.language.expression import Node, symbol, transpose
from derive.language.functions import nabla, postorder
from derive.language.relations import Words
from derive.language.sizes import Size, size_names
from derive.steps import Step, Trace

LETTERS = ("UV", "LR", "AB", "PQ", "FH")
RANKS = ("k", "r", "q", "s")


@dataclass(frozen=True)
class Factored:
    """The gradients in two factors.

    Attributes
    ----------
    trace : Trace
    free : Trace
        The lines up to the gradient in X, in which X is a variable.
    chained : Trace
        The lines after it, in which X is the name of a product.
    function : Node
        The function with the product in the place of X.
    factors : tuple of symbol
        U and V.
    """

    trace: Trace
    free: Trace
    chained: Trace
    function: Node
    factors: tuple[Node, Node]


def factored_trace(function: Node, variable: Node) -> Factored:
    """Derive the gradients of a scalar in U and V where a matrix is U V'.

    Raises
    ------
    ShapeError, NoRuleError
        As for ``engine.gradient.gradient_trace``.
    """
    found = gradients_of(function, [variable])
    left, right = _factors(function, variable)
    whole = left @ transpose(right)
    (G,) = found.results
    kept = frozenset(postorder(function))
    steps, results = [*found.steps], []
    free = nabla(found.name, variable)
    for factor, in_X, by_name in (
        (left, G @ right, free @ right),
        (right, transpose(G) @ left, transpose(free) @ left),
    ):
        chained = positive_lead(tidy(in_X, kept))
        result = positive_lead(tidy(substituted(chained, {variable: whole})))
        rule = Words("{0} = {1}", (nabla(found.name, factor, True), by_name))
        steps.append(Step(nabla(found.name, factor, True), chained, rule))
        if result is not chained:
            steps.append(Step(chained, result, Words("{0} = {1}", (variable, whole))))
        results.append(result)
    names, lines = named(function, steps, found.results)
    inside = substituted(function, {variable: whole})
    trace = Trace(
        question=Words("gradient of {0} in {1}, {2} with {3}", (found.name, left, right, variable)),
        definitions=((variable, whole), (found.name, function), *names),
        steps=lines,
        results=((f"gradient_{left.name}", results[0]), (f"gradient_{right.name}", results[1])),
        conditions=(*facts_used(function), *conditions_of(inside, (left, right))),
        arguments=arguments_of(inside, (left, right)),
        lefts=(nabla(found.name, left, True), nabla(found.name, right, True)),
    )
    count = len(found.steps)
    before = replace(
        trace,
        definitions=trace.definitions[1:],
        steps=lines[:count],
        conditions=(*facts_used(function), *conditions_of(function, (variable,))),
    )
    return Factored(trace, before, replace(trace, steps=lines[count:]), inside, (left, right))


def _factors(function: Node, variable: Node) -> tuple[Node, Node]:
    """U: n x k and V: d x k for X: n x d, by names that are free."""
    taken = {s.name for s in function.symbols | {variable}}
    for part in postorder(function, variable):
        taken |= size_names(part.shape)
    pairs = [tuple(letters) for letters in LETTERS]
    pairs += [(f"U_{variable.name}", f"V_{variable.name}")]
    names = next(pair for pair in pairs if taken.isdisjoint(pair))
    rank = Size.named(next(name for name in (*RANKS, f"k_{variable.name}") if name not in taken))
    rows, columns = variable.shape
    return symbol(names[0], (rows, rank)), symbol(names[1], (columns, rank))
