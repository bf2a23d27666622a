"""The delta method: the variance of a function of an uncertain value, to lowest order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from numbers import Real
from typing import Any

import sympy

from derive.asking import elaborate, symbols_of
from derive.calculus.gradient import gradient
from derive.calculus.hessian import hessian
from derive.calculus.jacobian import jacobian
from derive.check.small_noise import SmallNoise
from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.engine.normal import tidy
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.standard_form import simplest
from derive.errors import ArgumentError, NoRuleError, ShapeError
from derive.language.cost import cost
from derive.language.expression import Node, add, is_zero, multiply, number, symbol, transpose
from derive.language.facts import close_facts
from derive.language.functions import array, jacobian_by_name, nabla, postorder, trace
from derive.language.law import Parameter, parameter_value
from derive.language.properties import is_positive_semidefinite
from derive.language.relations import Relation, Words
from derive.language.sizes import shape_text
from derive.statistics.uncertainty.covariance_conditions import is_covariance, not_refuted, of_means
from derive.statistics.written_page import WrittenPage, only, with_parts
from derive.steps import Step
from derive.writing.plain import plain


def delta_method(
    function: Any, of: Any, covariance: Any, mean: Any = None, shapes: str = ""
) -> Derivation:
    """Derive the variance of a function of an uncertain value, to lowest order in its noise.

    Parameters
    ----------
    function : str, SymPy expression or Node, a scalar or a column
        The function g; of unit u.
    of : str, SymPy symbol or Node, or a list of them
        The uncertain value: a scalar or a column; or several scalars.
    covariance : str, SymPy expression or Node; nested lists for several scalars
        Of the value: a variance for a scalar, of shape (d, d) for a column.
    mean : str, SymPy expression or Node, or a list of them, optional
        Where the value lies on average; if left out, its own letter stands for its mean.
    shapes : str
        Shapes and facts of the names in texts.

    Returns
    -------
    Derivation
        ``.result`` is the approximate variance of g, of unit u^2: a scalar, or a matrix for a
        column.  Where the gradient of a scalar g is zero at the mean it is of second order,
        for a normal value.

    Raises
    ------
    ShapeError
        The covariance does not go with the value, or the function is a matrix.
    ArgumentError
        Several variables are not all scalars, or means are missing.
    NeverHoldsError
        The function is not defined or not smooth at the mean, or the covariance is none.
    NoRuleError
        The gradient and the Hessian vanish at the mean, or a node has no differential.

    References
    ----------
    casella2002, section 5.5.4.

    Examples
    --------
    >>> delta_method("log(x)", "x", "v", shapes="x: positive, v: positive")
    v/x^2    # scalar
    >>> delta_method("norm2(x)^2", "x", "S", mean="mu", shapes="x: d, mu: d, S: d x d spd")
    4*mu'*S*mu    # scalar
    """
    node = elaborate(function, shapes, (of, covariance, mean))
    if node.shape[1] != 1:
        raise ShapeError(
            f"the delta method needs a scalar or a column, got {plain(node)} of shape "
            f"{shape_text(node.shape)}\n  to fix   : take vec(...) of it"
        )
    variables = symbols_of(of, node, shapes)
    spread = _covariance(_listed(covariance), variables, shapes)
    means = _means(mean, variables, shapes)
    asked = Asked(node, variables, spread, means)
    if node.is_scalar:
        return _of_scalar(asked)
    if len(variables) > 1:
        raise ArgumentError(
            "a column of functions needs its value as one column\n"
            "  to fix   : write the values as entries of a vector"
        )
    return _of_column(asked)


@dataclass(frozen=True)
class Asked:
    """A function, the uncertain values, their covariance and their means."""

    function: Node
    variables: tuple[Node, ...]
    covariance: Node
    means: tuple[Node, ...]

    @property
    def there(self) -> dict[Node, Node]:
        """The mean of each value that has one of its own."""
        pairs = zip(self.variables, self.means, strict=True)
        return {x: mean for x, mean in pairs if x is not mean}

    def at_mean(self, node: Node) -> Node:
        """An expression where every value is its mean."""
        return tidy(substituted(node, self.there))

    @property
    def answer(self) -> Node:
        """What the variance is called."""
        size = self.function.shape[0]
        return symbol(self.free_name("V", "V_g", "Var"), (size, size))

    def free_name(self, *names: str) -> str:
        """The first name that nothing in the question has."""
        nodes = (self.function, self.covariance, *self.means)
        taken = {part.name for part in postorder(*nodes) if part.op == "symbol"}
        return next(name for name in names if name not in taken)


def _of_scalar(asked: Asked) -> Derivation:
    """The variance of a scalar, of first order, or of second where the gradient vanishes."""
    slope = gradient(asked.function, list(asked.variables))
    slopes = [asked.at_mean(node) for _, node in slope.trace.results]
    page = _begun(asked, slope)
    if all(map(is_zero, slopes)):
        return _second_order(asked, page, slope)
    ((name, _),) = slope.trace.definitions
    several = len(slopes) > 1
    by_name = [nabla(name, x, several) for x in asked.variables]
    V, result = asked.answer, tidy(_quadratic(slopes, asked.covariance))
    page.write(V, _quadratic(by_name, asked.covariance), "variance of the linear part")
    page.write(page.last, result, "put in")
    shorter = _shortest(result)
    if shorter is not result:
        page.write(result, shorter, "collect")
    return _finished(asked, page, slope, shorter, 1)


def _shortest(result: Node) -> Node:
    """The scalar as one quotient, where that is shorter and scalar algebra can read it."""
    algebra = ScalarAlgebra(sorted(result.symbols, key=lambda s: s.name))
    if not result.is_scalar or not algebra.has_form(result):
        return result
    shorter = algebra.node(simplest(algebra.expr(result)))
    return shorter if cost(shorter) < cost(result) else result


def _of_column(asked: Asked) -> Derivation:
    """The covariance of a column."""
    slope = jacobian(asked.function, asked.variables[0])
    page = _begun(asked, slope)
    ((name, _),) = slope.trace.definitions
    J, S = asked.at_mean(only(slope)), asked.covariance
    by_name = jacobian_by_name(name, asked.variables[0])
    result = tidy(multiply(J, S, transpose(J)))
    page.write(
        asked.answer, multiply(by_name, S, transpose(by_name)), "variance of the linear part"
    )
    page.write(page.last, result, "put in")
    return _finished(asked, page, slope, result, 1)


def _second_order(asked: Asked, page: WrittenPage, slope: Derivation) -> Derivation:
    """``Var(z'Hz/2) = tr(HSHS)/2`` for normal z, where the gradient is zero."""
    curve = hessian(asked.function, list(asked.variables))
    blocks = [asked.at_mean(node) for _, node in curve.trace.results]
    if all(map(is_zero, blocks)):
        raise NoRuleError(
            f"the gradient and the Hessian of {plain(asked.function)} are zero at the mean, or "
            f"it has a kink there: the delta method does not reach its variance\n"
            f"  to fix   : choose another mean, or take the moments of the function themselves"
        )
    size, S = len(asked.variables), asked.covariance
    H = blocks[0] if size == 1 else array([blocks[i * size : (i + 1) * size] for i in range(size)])
    page.say(Words("the gradient is zero at the mean"), "so the next term counts")
    page.steps.extend(curve.trace.steps[len(slope.trace.steps) :])
    page.claims.extend(curve.claims)
    page.say(
        Words("{0} is taken to be normal", asked.variables), "its moments of order four are known"
    )
    letter = symbol(asked.free_name("H", "H_g", "Hess"), S.shape)
    page.write(letter, H, "second derivatives at the mean")
    rule = "variance of a quadratic form of a normal value"
    page.write(asked.answer, _half_trace(letter, S), rule)
    result = tidy(_half_trace_of_entries(H, S) if size > 1 else _half_trace(H, S))
    page.write(page.last, result, "put in")
    return _finished(asked, page, slope, result, 2)


def _half_trace(H: Node, S: Node) -> Node:
    """``tr(HSHS)/2``."""
    half = number(Fraction(1, 2))
    if S.is_scalar:
        return multiply(half, H**2, S**2)
    product = multiply(H, S)
    return multiply(half, trace(multiply(product, product)))


def _half_trace_of_entries(H: Node, S: Node) -> Node:
    """``tr(HSHS)/2`` of explicit matrices."""
    size = S.shape[0]
    assert isinstance(size, int)
    places = range(size)

    def entry(i: int, j: int) -> Node:
        return add(*(multiply(H.args[i * size + k], S.args[k * size + j]) for k in places))

    terms = [multiply(entry(i, j), entry(j, i)) for i in places for j in places]
    return multiply(number(Fraction(1, 2)), add(*terms))


def _begun(asked: Asked, slope: Derivation) -> WrittenPage:
    """The lines of the derivative, and where it is taken."""
    page = WrittenPage("", definitions=slope.trace.definitions)
    page.include(slope)
    for x, mean in asked.there.items():
        page.steps.append(Step(None, Relation(x, "=", mean), "at the mean"))
    return page


def _finished(
    asked: Asked, page: WrittenPage, slope: Derivation, result: Node, order: int
) -> Derivation:
    """The question, the claim about the result, the conditions."""
    ((name, _),) = slope.trace.definitions
    conditions = tuple(with_parts(c, asked.there) for c in slope.trace.conditions)
    at_means = of_means(asked.there)
    page.conditions = (*not_refuted((*conditions, *at_means)), *is_covariance(asked.covariance))
    means = tuple(zip(asked.variables, asked.means, strict=True))
    claim = SmallNoise(asked.function, means, asked.covariance, result, order, page.conditions)
    page.claims.append(_where_covariance(claim))
    values = ", ".join(f"{{{k + 1}}}" for k in range(len(asked.variables)))
    words = f"variance of {{0}} to lowest order in the noise of {values}"
    words += f", of covariance {{{len(asked.variables) + 1}}}"
    question = Words(words, (name, *asked.variables, asked.covariance))
    return page.finish(question, {asked.answer.name: result})


def _covariance(given: Any, variables: Sequence[Node], shapes: str) -> Node:
    """The covariance of all variables, stacked."""
    if len(variables) == 1:
        spread = _read(given, shapes, variables)
        size = variables[0].shape[0]
        if variables[0].shape[1] != 1 or spread.shape != (size, size):
            raise ShapeError(
                f"the covariance of {variables[0].name} ({shape_text(variables[0].shape)}) has "
                f"the shape {shape_text((size, size))}, got {plain(spread)} of shape "
                f"{shape_text(spread.shape)}"
            )
        return spread
    if not all(x.is_scalar for x in variables):
        raise ArgumentError(
            "several uncertain values must be scalars\n"
            "  to fix   : stack them into one column with one covariance"
        )
    size = len(variables)
    rows = list(given) if isinstance(given, list | tuple) else []
    if len(rows) != size or any(len(row) != size for row in map(_as_row, rows)):
        raise ShapeError(
            f"the covariance of {size} scalars is a list of {size} rows of {size} entries, as in "
            f'[["v_x", "c"], ["c", "v_y"]]'
        )
    entries = [_read(entry, shapes, variables) for row in rows for entry in row]
    table = [entries[i * size : (i + 1) * size] for i in range(size)]
    for i in range(size):
        for j in range(i):
            if table[i][j] is not table[j][i]:
                raise ArgumentError(
                    f"a covariance is symmetric, but {plain(table[i][j])} stands opposite to "
                    f"{plain(table[j][i])}"
                )
    return array(table)


def _read(value: Any, shapes: str, variables: Sequence[Node]) -> Node:
    """A number, or what a text or an expression says."""
    if isinstance(value, Real) and not isinstance(value, bool | sympy.Basic):
        return parameter_value("delta_method", Parameter("number", "real", "number"), value)
    if isinstance(value, list | tuple) and value:
        rows = [row if isinstance(row, list | tuple) else [row] for row in value]
        return array([[_read(entry, shapes, variables) for entry in row] for row in rows])
    return elaborate(value, shapes, variables)


def _listed(given: Any) -> Any:
    """A NumPy array as nested lists, a NumPy number as a number; all else as it is."""
    is_numpy = hasattr(given, "tolist") and not isinstance(given, sympy.Basic | sympy.MatrixBase)
    return given.tolist() if is_numpy else given


def _as_row(row: Any) -> Sequence[Any]:
    return row if isinstance(row, list | tuple) else ()


def _where_covariance(claim: SmallNoise) -> SmallNoise:
    """The claim with a letter for a covariance drawn from the matrices that are one."""
    spread = claim.covariance
    if spread.op != "symbol" or spread.is_scalar or is_positive_semidefinite(spread):
        return claim
    facts = close_facts((*spread.facts, "spd"), spread.name, spread.shape)
    drawn = {spread: symbol(spread.name, spread.shape, facts=facts)}
    return replace(
        claim,
        function=substituted(claim.function, drawn),
        covariance=drawn[spread],
        variance=substituted(claim.variance, drawn),
        conditions=tuple(with_parts(c, drawn) for c in claim.conditions),
    )


def _means(given: Any, variables: Sequence[Node], shapes: str) -> tuple[Node, ...]:
    """The mean of each variable: itself where none is given."""
    if given is None:
        return tuple(variables)
    given = _listed(given)
    is_column = len(variables) == 1 and not variables[0].is_scalar
    listed = given if isinstance(given, list | tuple) and not is_column else [given]
    if len(listed) != len(variables):
        raise ArgumentError(f"{len(variables)} values need as many means, got {len(listed)}")
    found = []
    for value, x in zip(listed, variables, strict=True):
        node = _read(value, shapes, variables)
        if node.shape != x.shape:
            raise ShapeError(
                f"the mean of {x.name} has the shape {shape_text(x.shape)}, got {plain(node)} of "
                f"shape {shape_text(node.shape)}"
            )
        if node is not x and node.symbols & set(variables):
            raise ArgumentError(
                f"the mean of {x.name} is written with an uncertain value, {plain(node)}\n"
                f"  to fix   : give the mean another letter, mean='mu'"
            )
        found.append(node)
    return tuple(found)


def _quadratic(slopes: Sequence[Node], spread: Node) -> Node:
    """``slopes' spread slopes``, entry by entry for several scalars."""
    if len(slopes) == 1:
        (slope,) = slopes
        if slope.is_scalar:
            return multiply(slope**2, spread)
        return multiply(transpose(slope), spread, slope)
    size = len(slopes)
    terms = []
    for i in range(size):
        for j in range(i, size):
            both = slopes[i] ** 2 if i == j else multiply(number(2), slopes[i], slopes[j])
            terms.append(multiply(both, spread.args[i * size + j]))
    return add(*terms)
