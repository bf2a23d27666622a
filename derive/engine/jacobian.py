"""The trace of a differential: lines ``dF = ...``, then the Jacobian or the linear map.

Where function and variable are columns the map is a matrix, read off ``df = J dx``; where
the variable is a scalar, the derivative has the shape of the function; else the answer is
the map itself, ``dF`` as a function of ``dX``.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.engine.conditions import conditions_of
from derive.engine.facts import with_facts
from derive.engine.forward import Differentiated, differentiate
from derive.engine.gradient import arguments_of, facts_used, free_name, joined, places
from derive.engine.index.expand import expanded
from derive.engine.index.kronecker_form import kronecker_of
from derive.engine.index.tensor import NoMatrixFormError
from derive.engine.matrix_form import coefficient_matrix
from derive.engine.naming import named, substituted
from derive.engine.normal import Tidier
from derive.errors import ShapeError
from derive.language.canonical import length
from derive.language.expression import Node, is_zero, multiply, number, symbol, transpose, zero
from derive.language.functions import differential, jacobian_by_name, postorder
from derive.language.kronecker import vec
from derive.language.relations import Words
from derive.steps import Step, Trace

SHORT_STACKED = 30  # a matrix of stacked columns that short is always shown,
LONGEST_STACKED = 1.25  # else one of at most that many times the length of the map
SCALAR_NAMES = ("f", "J", "L", "F", "phi", "psi", "h_", "f_")
VECTOR_NAMES = ("f", "g", "h", "q", "f_", "g_")
MATRIX_NAMES = ("F", "G", "H", "Q", "F_", "G_")


def function_name(function: Node, variables: Sequence[Node]) -> Node:
    """A free name of the kind that fits the shape, as a symbol of that shape."""
    names: Sequence[str] = SCALAR_NAMES
    if not function.is_scalar:
        names = VECTOR_NAMES if 1 in function.shape else MATRIX_NAMES
    return symbol(free_name(function, variables, names), function.shape)


def differential_trace(function: Node, variables: Sequence[Node]) -> Trace:
    """Derive the differential of an expression of any shape in some symbols.

    The result holds the differential of each variable.

    Raises
    ------
    ShapeError
        A variable is not a symbol.
    NoRuleError
        A node of `function` has no differential.
    """
    require_symbols(variables)
    name = function_name(function, variables)
    found = differentiate(function, variables)
    steps = forward_lines(found, differential(name), variables)
    kept = frozenset(postorder(function))
    result, facts = with_facts(found.differential, kept)
    if result is not found.differential:
        steps.append(Step(found.differential, result, joined(facts)))
    if len(variables) == 1:
        steps += stacked_step(differential(name), result, variables[0], kept)
    results = [("differential", result)]
    lefts = [differential(name)]
    return finished(
        "differential", function, name, variables, steps, results, lefts, moving=variables
    )


def stacked_step(left: Node, linear: Node, variable: Node, kept: frozenset[Node]) -> list[Step]:
    """The line ``vec dF = M vec dX``, where a matrix is among them and M reads no worse."""
    matrix = stacked_matrix(linear, variable, kept)
    if matrix is None or (1 in left.shape and 1 in variable.shape):
        return []
    if length(matrix) > max(SHORT_STACKED, LONGEST_STACKED * length(linear)):
        return []
    simpler, facts = with_facts(matrix, kept)
    stacked = multiply(simpler, vec(differential(variable)))
    return [Step(vec(left), stacked, joined(["stack the columns", *facts]))]


def stacked_matrix(linear: Node, variable: Node, kept: frozenset[Node]) -> Node | None:
    """The matrix of a map between stacked columns; None where there is none."""
    e = symbol("direction ", variable.shape)
    opened = substituted(linear, {differential(variable): e})
    if e not in opened.symbols:
        return None
    try:
        matrix = kronecker_of(expanded(opened, (e,)), linear.shape, variable.shape)
    except NoMatrixFormError:
        return None
    return Tidier(kept)(matrix)


def jacobian_trace(function: Node, variable: Node) -> Trace:
    """Derive the Jacobian of a column, or of anything in a scalar.

    Raises
    ------
    NoMatrixFormError
        The Jacobian is no product of matrices; its differential is.
    ShapeError
        `variable` is not a symbol, or the derivative is no matrix (see ``is_matrix_valued``).
    NoRuleError
        A node of `function` has no differential.
    """
    require_symbols([variable])
    if not is_matrix_valued(function, variable):
        raise ShapeError("this derivative is no matrix: ask for the differential")
    name = function_name(function, [variable])
    found = differentiate(function, [variable])
    kept = frozenset(postorder(function))
    steps = forward_lines(found, differential(name), [variable])
    left = jacobian_by_name(name, variable)
    steps, result = read_off(found, name, left, variable, kept, steps)
    results = [(f"jacobian_{variable.name}", result)]
    word = "derivative" if variable.is_scalar else "Jacobian"
    return finished(word, function, name, [variable], steps, results, [left])


def jacobian_blocks_trace(function: Node, variables: Sequence[Node]) -> Trace:
    """Derive the Jacobian in several variables: one block for each, the others being held.

    Raises
    ------
    NoMatrixFormError, ShapeError, NoRuleError
        As for ``jacobian_trace``.
    """
    require_symbols(variables)
    name = function_name(function, variables)
    found = differentiate(function, variables)
    kept = frozenset(postorder(function))
    steps = forward_lines(found, differential(name), variables)
    results, lefts = [], []
    for variable in variables:
        if not is_matrix_valued(function, variable):
            raise ShapeError("this derivative is no matrix: ask for the differential")
        left, matrix = jacobian_by_name(name, variable), matrix_in(found, variable, kept)
        words = Words("read off before {0}", (differential(variable),))
        if differential(variable) not in postorder(found.differential):
            words = Words("no {0} is left", (differential(variable),))
        steps.append(Step(left, matrix, words))
        result, facts = with_facts(matrix, kept)
        if result is not matrix:
            steps.append(Step(matrix, result, joined(facts)))
        results.append((f"jacobian_{variable.name}", result))
        lefts.append(left)
    return finished("Jacobian", function, name, variables, steps, results, lefts)


def is_matrix_valued(function: Node, variable: Node) -> bool:
    """Whether the derivative is written as one matrix."""
    return variable.is_scalar or (1 in function.shape and variable.shape[1] == 1)


def require_symbols(variables: Sequence[Node]) -> None:
    """Raise unless every variable is a symbol."""
    for variable in variables:
        if variable.op != "symbol":
            raise ShapeError(f"a derivative needs a symbol to differentiate by, got {variable!r}")


def forward_lines(found: Differentiated, left: Node, variables: Sequence[Node]) -> list[Step]:
    """The lines ``dF = ...`` as steps that follow from each other."""
    if not found.lines:
        words: str | Words = "the variable itself"
        if is_zero(found.differential):
            words = Words(f"no {places_of(variables)} occurs", tuple(variables))
        return [Step(left, found.differential, words)]
    steps: list[Step] = []
    before = left
    for line in found.lines:
        if line.expression is not before:
            steps.append(Step(before, line.expression, joined(line.rules)))
            before = line.expression
    return steps


def places_of(variables: Sequence[Node]) -> str:
    """Places for variables alone: ``{0}, {1}``."""
    return ", ".join(f"{{{k}}}" for k in range(len(variables)))


def read_off(
    found: Differentiated,
    name: Node,
    left: Node,
    variable: Node,
    kept: frozenset[Node],
    steps: list[Step],
) -> tuple[list[Step], Node]:
    """The lines with ``dF = M dx`` and ``left = M`` after them, and M with the facts in it."""
    d = differential(variable)
    matrix = matrix_in(found, variable, kept)
    collected = _applied(matrix, d, found.function)
    if steps and collected is not steps[-1].after and not variable.is_scalar:
        steps.append(Step(steps[-1].after, collected, Words("collect {0}", (d,))))
    pair = multiply(left, d) if not variable.is_scalar else multiply(d, left)
    steps.append(Step(left, matrix, Words("read off {0} = {1}", (differential(name), pair))))
    result, facts = with_facts(matrix, kept)
    if result is not matrix:
        steps.append(Step(matrix, result, joined(facts)))
    return steps, result


def matrix_in(found: Differentiated, variable: Node, kept: frozenset[Node]) -> Node:
    """The matrix of the differential in one variable, the others being held."""
    tidy = Tidier(kept)
    e = symbol("direction ", variable.shape)
    moved = {d: zero(d.shape) for d in postorder(found.differential) if d.op == "differential"}
    linear = substituted(found.differential, {**moved, differential(variable): e})
    if e not in linear.symbols:
        shape = jacobian_by_name(found.function, variable).shape
        return zero(shape)
    if variable.is_scalar:
        return tidy(substituted(linear, {e: number(1)}))
    if linear.shape[1] != 1:
        linear = tidy(transpose(linear))
    return tidy(coefficient_matrix(linear, e))


def _applied(matrix: Node, d: Node, function: Node) -> Node:
    """The matrix times the differential, in the shape of the function."""
    value = multiply(matrix, d)
    return value if value.shape == function.shape else transpose(value)


def finished(
    word: str,
    function: Node,
    name: Node,
    variables: Sequence[Node],
    steps: Sequence[Step],
    results: Sequence[tuple[str, Node]],
    lefts: Sequence[Node],
    before: Sequence[Node] = (),
    moving: Sequence[Node] = (),
    order: int = 1,
) -> Trace:
    """The trace of a question about one named function; `before` leads to the results.

    Those are matrices, or maps of the differentials of what is `moving`; `order` is that of
    the derivatives.
    """
    found = [result for _, result in results]
    definitions, lines = named(function, steps, found, name, before)
    symbols = [part for node in found for part in postorder(node) if part.op == "symbol"]
    arguments = arguments_of(function, variables)
    return Trace(
        question=Words(f"{word} of {{0}} in {places(variables)}", (name, *variables)),
        definitions=((name, function), *definitions),
        steps=tuple(lines),
        results=tuple(results),
        conditions=(*facts_used(function), *conditions_of(function, variables, order, found)),
        arguments=tuple(dict.fromkeys([*arguments, *symbols])),
        lefts=tuple(lefts),
        moving=tuple(moving),
    )
