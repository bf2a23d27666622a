"""Functions of a law's value as programs on real balls; what is fixed is computed once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from flint import arb

from derive.check.evaluate import BallEvaluation
from derive.errors import NoRuleError
from derive.language.expression import Node
from derive.language.functions import postorder

Memo: TypeAlias = dict[Node, Any]
Program: TypeAlias = Callable[[Any, Memo], Any]
Row: TypeAlias = Callable[[Memo], Any]


def real_program(node: Node, variable: Node, fixed: BallEvaluation) -> Program:
    """The value of a scalar node as a function of the variable.

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
    constants = {
        arg: arb(fixed.value(arg)[0, 0])
        for part in (*order, node)
        for arg in (*part.args, part)
        if not arg.depends_on(variable)
    }
    if not order:
        whole = constants[node]
        return lambda x, memo: whole
    rows = [(part, _row(part, constants)) for part in order if part is not variable]

    def program(x: Any, memo: Memo) -> Any:
        if variable not in memo:
            memo[variable] = x
        memo.update(constants)
        for part, row in rows:
            if part not in memo:
                memo[part] = row(memo)
        return memo[node]

    return program


def _row(node: Node, constants: Mapping[Node, Any]) -> Row:
    """How the value of a node follows from those of its arguments."""
    args = node.args
    if node.op == "add":
        return lambda memo: sum((memo[arg] for arg in args[1:]), memo[args[0]])
    if node.op == "mul":
        return lambda memo: math.prod((memo[a] for a in args[1:]), start=memo[args[0]])
    if node.op == "pow" and args[1].is_number and args[1].data.denominator == 1:
        whole = int(args[1].data)
        return lambda memo: memo[args[0]] ** whole
    if node.op == "pow":
        return lambda memo: memo[args[0]] ** memo[args[1]]
    if node.op == "map" and node.data in REAL_MAPS:
        function = REAL_MAPS[node.data]
        return lambda memo: function(memo[args[0]])
    raise NoRuleError(f"no value is known for `{node.data or node.op}` in {node!r}")


def _step(x: Any) -> Any:
    return arb(1) if x > 0 else arb(0) if x <= 0 else arb("nan")


def _closed_step(x: Any) -> Any:
    return arb(1) if x >= 0 else arb(0) if x < 0 else arb("nan")


REAL_MAPS: Mapping[str, Callable[[Any], Any]] = {
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "abs": lambda x: abs(x),
    "sign": lambda x: x.sgn(),
    "step": _step,
    "closed_step": _closed_step,
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "erf": lambda x: x.erf(),
    "normcdf": lambda x: (-x / arb(2).sqrt()).erfc() / 2,
    "loggamma": lambda x: x.lgamma(),
    "digamma": lambda x: x.digamma(),
}
