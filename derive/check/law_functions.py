"""Functions of a law's value as programs on columns of real balls.

A program takes many places at once, operator by operator; what is fixed is computed once.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, TypeAlias

from flint import arb, arb_series

from derive.check.evaluate import BallEvaluation
from derive.errors import NoRuleError
from derive.language.expression import Node
from derive.language.functions import postorder

Column: TypeAlias = list[Any]  # one ball, or one series, for each place
Memo: TypeAlias = dict[Node, Column]
Program: TypeAlias = Callable[[Column, Memo], Column]
Row: TypeAlias = Callable[[Memo], Column]


def at(program: Program, place: Any, memo: Memo | None = None) -> Any:
    """The value at one place."""
    return program([place], {} if memo is None else memo)[0]


def real_program(node: Node, variable: Node, fixed: BallEvaluation) -> Program:
    """The values of a scalar node as a function of a column of values of the variable.

    Parameters
    ----------
    node : Node, shape (1, 1)
    variable : symbol
    fixed : BallEvaluation
        Where everything else has its value.

    Raises
    ------
    NoRuleError
        An operator has no value here; the message names it.
    """
    order = [part for part in postorder(node) if part.depends_on(variable)]
    if not order:
        whole = arb(fixed.value(node)[0, 0])
        return lambda places, memo: [whole] * len(places)
    constants = {
        arg: arb(fixed.value(arg)[0, 0])
        for part in order
        for arg in part.args
        if not arg.depends_on(variable)
    }
    rows = [(part, _row(part, constants)) for part in order if part is not variable]

    def program(places: Column, memo: Memo) -> Column:
        if variable not in memo:
            memo[variable] = places
        for part, row in rows:
            if part not in memo:
                memo[part] = row(memo)
        return memo[node]

    return program


def _row(node: Node, constants: Mapping[Node, Any]) -> Row:
    """How the column of a node follows from those of its arguments, what is fixed put in."""
    args = node.args
    moving = [arg for arg in args if arg not in constants]
    fixed = [constants[arg] for arg in args if arg in constants]
    if node.op in {"add", "mul"}:
        return _folded(node.op, moving, fixed)
    if node.op == "pow":
        return _power(args[0], args[1], constants)
    if node.op == "map" and node.data in REAL_MAPS:
        function, inner = REAL_MAPS[node.data], args[0]
        return lambda memo: list(map(function, memo[inner]))
    raise NoRuleError(f"no value is known for `{node.data or node.op}` in {node!r}")


def _folded(op: str, moving: list[Node], fixed: list[Any]) -> Row:
    """A sum or product, what is fixed in it as one number."""
    combine = operator.add if op == "add" else operator.mul
    first, *rest = moving
    known = reduce(combine, fixed) if fixed else None

    def folded(memo: Memo) -> Column:
        column = memo[first]
        if known is not None:
            column = [combine(known, x) for x in column]
        for arg in rest:
            column = list(map(combine, column, memo[arg]))
        return column

    return folded


def _power(base: Node, exponent: Node, constants: Mapping[Node, Any]) -> Row:
    """A power; a whole exponent takes a base of any sign."""
    if exponent.is_number and exponent.data.denominator == 1:
        whole = int(exponent.data)
        return lambda memo: [x**whole for x in memo[base]]
    if exponent in constants:
        known = constants[exponent]
        return lambda memo: [x**known for x in memo[base]]
    if base in constants:
        under = constants[base]
        return lambda memo: [under**y for y in memo[exponent]]
    return lambda memo: list(map(operator.pow, memo[base], memo[exponent]))


def _by_sign(above: Callable[[Any], Any], at_zero: Any, below: Callable[[Any], Any]) -> Any:
    """A function by the sign of its argument, of a ball or of a series around one."""

    def function(x: Any) -> Any:
        here = x[0] if isinstance(x, arb_series) else x
        if here > 0:
            return above(x)
        if here < 0:
            return below(x)
        return x * 0 + at_zero if here.is_zero() else arb("nan")

    return function


def _fixed(value: int) -> Callable[[Any], Any]:
    return lambda x: x * 0 + value


def _relu(x: Any) -> Any:
    if isinstance(x, arb) and x.contains(0):
        return (x + abs(x)) / 2
    return RAMP(x)


MODULUS = _by_sign(lambda x: x, 0, lambda x: -x)
SIGN = _by_sign(_fixed(1), 0, _fixed(-1))
RAMP = _by_sign(lambda x: x, 0, _fixed(0))
REAL_MAPS: Mapping[str, Callable[[Any], Any]] = {
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "abs": lambda x: abs(x) if isinstance(x, arb) else MODULUS(x),
    "sign": lambda x: x.sgn() if isinstance(x, arb) else SIGN(x),
    "step": _by_sign(_fixed(1), 0, _fixed(0)),
    "closed_step": _by_sign(_fixed(1), 1, _fixed(0)),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "relu": _relu,
    "erf": lambda x: x.erf(),
    "normpdf": lambda x: (-(x**2) / 2).exp() / (2 * arb.pi()).sqrt(),
    "normcdf": lambda x: (-x / arb(2).sqrt()).erfc() / 2,
    "loggamma": lambda x: x.lgamma(),
    "digamma": lambda x: x.digamma(),
}
