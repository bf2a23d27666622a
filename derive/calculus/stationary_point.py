"""Where the gradient of a scalar is zero, and what kind of point that is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from derive.asking import elaborate, symbols_of
from derive.calculus.scalars import require_scalar
from derive.check.claim import Claim
from derive.check.claims import SameValue
from derive.check.gradients import GradientOf
from derive.check.relations import Equation
from derive.check.scan import SINGULAR
from derive.check.stationary import StationaryAt
from derive.check.traces import line_claims
from derive.derivation import Derivation
from derive.engine.distribution import distributed
from derive.engine.stationary.disagreement import what_must_vanish
from derive.engine.stationary.equation import OpenEquationError, SeveralRootsError, simplified
from derive.engine.stationary.low_rank import low_rank_system
from derive.engine.stationary.point import Stationary, stationary
from derive.engine.stationary.rank import most_rank
from derive.errors import ArgumentError, NeverHoldsError, NoClosedFormError, NoRuleError
from derive.language.expression import Node, add, is_zero, negative
from derive.language.functions import differential, dot
from derive.language.relations import Relation
from derive.language.sizes import shape_text
from derive.language.sympy_out import to_sympy
from derive.numeric import CompiledFunction, compile_function
from derive.writing.plain import plain


@dataclass(frozen=True, repr=False)
class StationaryPoint(Derivation):
    """A stationary point: its equation, its value, and a verdict of second order.

    ``.result`` is the value of the variable; of several variables a tuple; an empty tuple
    where every point is stationary, or none.

    References
    ----------
    magnus2019, Matrix Differential Calculus, chapter 7.

    Examples
    --------
    >>> point = stationary_point("norm2(x - a)^2", "x", shapes="x: n, a: n")
    >>> point
    a    # shape (n,)
    >>> point.verdict
    'global minimum'
    """

    found: Stationary = field(kw_only=True, compare=False)

    def __repr__(self) -> str:
        return super().__repr__() or str(self.found.trace.closing[0])

    def function(self, backend: str = "numpy", value: bool = False) -> CompiledFunction:
        """Compile the values as functions of the data; `value` as for every derivation.

        Raises
        ------
        ArgumentError
            The backend is not known.
        NoRuleError
            There is no value to compute: every point is stationary, or none is.
        """
        if not self.found.values:
            raise NoRuleError(f"there is nothing to compute: {self.found.trace.closing[0]}")
        if value:
            raise NoRuleError(
                "a stationary point has one output for each variable\n"
                "  to fix   : put the point into function(...) for the value there"
            )
        if backend != "numpy":
            raise ArgumentError(f"no backend is called {backend!r}\n  known    : numpy")
        needed = frozenset().union(*(node.symbols for _, node in self.found.values))
        arguments = tuple(s for s in self.trace.arguments if s in needed)
        return compile_function(list(self.trace.results), arguments)

    @property
    def equation(self) -> tuple[str, ...]:
        """What was solved, in plain text: each gradient is zero."""
        return tuple(f"{plain(one.left)} = 0" for one in self.found.equations)

    @property
    def solution(self) -> dict[str, Any]:
        """The value of each variable by its name, as a SymPy object."""
        return {x.name: to_sympy(value) for x, value in self.found.values}

    @property
    def verdict(self) -> str:
        """What the point is.

        One of ``global minimum``, ``global maximum``, ``local minimum``, ``local maximum``,
        ``saddle point``, ``inconclusive``, ``constant`` and ``no stationary point``.
        """
        return self.found.verdict.kind


def stationary_point(function: Any, wrt: Any, shapes: str = "") -> StationaryPoint:
    """Find where the gradient of a scalar is zero, in closed form.

    Parameters
    ----------
    function : str, SymPy expression or Node, shape (1, 1)
        The scalar; of unit u.
    wrt : str, SymPy symbol or Node, or a list of them
        The variable or variables; of unit v.  A variable may be declared positive, a
        probability, symmetric or spd: the value must be so too, and where that is not sure
        it is among the conditions.
    shapes : str
        Shapes and facts of the names in a text.

    Returns
    -------
    StationaryPoint
        ``.result`` is the value, of the shape and unit of `wrt`; a tuple for several.

    Raises
    ------
    ShapeError
        `function` is not a scalar, or shapes in it disagree.
    NoRuleError
        A node has no differential, or a variable may not move in every entry.
    NoClosedFormError
        The equation has no solution in a closed form; it is in the message.
    DomainError
        The facts of the variable rule the solution out.
    ReadError
        A text cannot be read.
    RefutedError
        A check found the result to be wrong; it is withheld.

    References
    ----------
    magnus2019, Matrix Differential Calculus, chapter 7.

    Examples
    --------
    >>> ridge = "norm2(X*w - y)^2/2 + lam/2*norm2(w)^2"
    >>> point = stationary_point(ridge, "w", shapes="X: n x d, w: d, y: n, lam: positive")
    >>> point
    inv(X'*X + lam*eye(d))*X'*y    # shape (d,)
    >>> point.verdict
    'global minimum'
    """
    node = elaborate(function, shapes, (wrt,))
    require_scalar(node, "a stationary point", "take a norm, a sum or a trace of it")
    variables = symbols_of(wrt, node, shapes)
    try:
        found = stationary(node, variables)
    except OpenEquationError as error:
        raise NoClosedFormError(_open_words(error, variables)) from None
    except SeveralRootsError as error:
        raise NoClosedFormError(str(error)) from None
    try:
        point = StationaryPoint(found.trace, _claims(node, variables, found), found=found)
    except NeverHoldsError as error:
        raise _not_fixed(variables, str(error).splitlines()[0]) from error
    _require_regular(point)
    return point


def _require_regular(point: StationaryPoint) -> None:
    """Refuse values with an inverse that exists in no more than one dimension.

    Raises
    ------
    NoClosedFormError
        Wherever it was tried, a matrix that they invert was singular.
    """
    result = point.certificate.findings[-1]
    sizes = [size for row in result.sizes for _, size in row]
    if result.verdict == "unchecked" and SINGULAR in result.avoided and set(sizes) <= {1}:
        unknowns = tuple(x for x, _ in point.found.values)
        reason = "a matrix to be inverted is singular at every point tried, but for sizes of 1"
        raise _not_fixed(unknowns, reason)


def _not_fixed(variables: tuple[Node, ...], reason: str) -> NoClosedFormError:
    names = " and ".join(x.name for x in variables)
    return NoClosedFormError(
        f"the equations of {names} do not fix them: {reason}\n"
        f"  to fix   : add a term that makes the function curved in every direction, such as "
        f"a multiple of the squared norm"
    )


def _open_words(error: OpenEquationError, variables: tuple[Node, ...]) -> str:
    """What was not solved, as it would be typed."""
    variable, equation = error.variable, error.equation
    vanishing = what_must_vanish(equation, variable, (*variables, *error.equations), simplified)
    if vanishing:
        factors = " or ".join(f"{plain(factor)} = 0" for factor in vanishing)
        return (
            f"the equation of {variable.name} holds only where {factors}, and there for every "
            f"{variable.name}:\n  {_typed(equation)}\n"
            f"  to fix   : declare what is not zero, or leave {variable.name} out of the variables"
        )
    system = low_rank_system(equation, variable) if len(error.equations) == 1 else None
    if system is not None:
        relation, matrix = system
        assert isinstance(relation.right, Node)
        return (
            f"no formula gives one {variable.name}: the stationary points are the solutions of\n"
            f"  {plain(relation.left)} = {plain(relation.right)}\n"
            f"  reason   : {plain(matrix)} ({shape_text(matrix.shape)}) has no inverse, its rank "
            f"is at most {most_rank(matrix)}\n"
            f"  to fix   : numpy.linalg.lstsq gives the shortest one, if there is any; with a "
            f"multiple of the squared norm of {variable.name} there is one alone"
        )
    shown = "\n  ".join(map(_typed, error.equations.values()))
    names = " and ".join(x.name for x in error.equations)
    return (
        f"no closed form is known for {names}: the stationary points are the "
        f"solutions of\n  {shown}\n"
        f"  to fix   : solve it by numbers: gradient(...).function() gives the left side"
    )


def _typed(left: Node) -> str:
    right = "0" if left.is_scalar else f"zeros({shape_text(left.shape)})"
    return f"{plain(left)} = {right}"


def _claims(node: Node, variables: tuple[Node, ...], found: Stationary) -> tuple[Claim, ...]:
    """The lines of the gradient everywhere, those of the solution there, and the result."""
    conditions = found.trace.conditions
    first = replace(found.trace, steps=found.first, conditions=())
    claims: list[Claim] = [*line_claims(first, variables)]
    if not found.values:
        kept = (GradientOf(node, x, G) for x, G in found.gradients)
        return (*claims, *kept)
    there = (*found.values, *found.aside)
    for step in found.second:
        if isinstance(step.after, Relation) and isinstance(step.after.right, Node):
            inputs = (*(value for _, value in found.values), node)
            relation = _balanced(step.after)
            claims.append(
                Equation(relation, there, inputs=inputs, conditions=conditions, kind="line")
            )
    if found.verdict.form is not None:
        slopes = (dot(differential(x), differential(G)) for x, G in found.gradients)
        claims.append(SameValue(add(*slopes), found.verdict.form, variable=variables))
    claims.extend(Equation(relation, conditions=conditions) for relation in found.general)
    structures = tuple(map(_structure, variables))
    claims.append(StationaryAt(node, found.values, structures, conditions))
    return tuple(claims)


def _structure(variable: Node) -> str:
    """In which directions a variable moves."""
    if "orthonormal" in variable.facts:
        return "orthogonal"
    if "simplex" in variable.facts:
        return "simplex"
    return "symmetric" if "symmetric" in variable.facts else "free"


def _balanced(relation: Relation) -> Relation:
    """``a + b = 0`` as ``a = -b``: two sides that have a size can be compared."""
    if not (isinstance(relation.right, Node) and is_zero(relation.right)):
        return relation
    opened = distributed(relation.left, lambda whole: False)
    first, *rest = opened.args if opened.op == "add" else (opened,)
    return Relation(first, "=", negative(add(*rest))) if rest else relation
