"""What explicit matrices come to: ``tr(A)``, ``a'b``, ``log det A``, ``sum(log(a))``, ``a - 1``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy
from sympy import Add, Expr, Matrix

from derive.engine.exact_matrix import MOST_ROWS
from derive.engine.naming import substituted
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.engine.scalar_functions import TO_SYMPY, require_small
from derive.language.expression import Node, zero
from derive.language.functions import array, elementwise, postorder

LEAVES = {"array", "zero", "ones", "eye", "number", "constant", "transpose"}  # written as they are
OF_ENTRIES = ("loggamma", "digamma", "trigamma", "log", "exp")
ROOTED = ("digamma", "trigamma")
OF_MATRICES: dict[str, Callable[[Matrix], Expr]] = {
    "total": lambda inside: Add(*inside),
    "trace": lambda inside: inside.trace(),
    "det": lambda inside: inside.det(),
    "logdet": lambda inside: sympy.log(inside.det(), evaluate=False),
    "transpose": lambda inside: inside.T,
    "inverse": lambda inside: inside.inv() if inside.det() != 0 else None,
    "diag": lambda inside: sympy.diag(*inside),
    "diagonal": lambda inside: Matrix([inside[k, k] for k in range(inside.rows)]),
}
SHAPED: dict[str, Callable[..., Matrix]] = {
    "ones": sympy.ones,
    "zero": sympy.zeros,
    "eye": lambda rows, columns: sympy.eye(rows),
}


def with_numbers_written_out(node: Node) -> Node:
    """The node with scalars of explicit matrices as numbers, and sums of these entry by entry."""
    algebra, known, changed = ScalarAlgebra(()), dict[Node, Matrix | None](), dict[Node, Node]()
    for part in postorder(node):
        if part.symbols or part.op in LEAVES:
            known[part] = None if part.symbols else _value(part, known, algebra)
            continue
        known[part] = value = _value(part, known, algebra)
        if value is None:
            continue
        if part.is_scalar and _holds_matrix(part):
            changed[part] = algebra.node(value[0])
        elif not part.is_scalar and part.op in {"add", "map"}:
            rows = [[algebra.node(entry) for entry in value.row(k)] for k in range(value.rows)]
            changed[part] = zero(part.shape) if value.is_zero_matrix else array(rows)
    return substituted(node, changed) if changed else node


def _holds_matrix(node: Node) -> bool:
    """Whether an explicit matrix is what a scalar, or the function of one, is made of."""
    return any(not arg.is_scalar for part in (node, *node.args) for arg in part.args)


def _value(node: Node, known: dict[Node, Matrix | None], algebra: ScalarAlgebra) -> Matrix | None:
    """The entries of a matrix without letters; None where some have no scalar form."""
    if not all(isinstance(size, int) and size <= MOST_ROWS for size in node.shape):
        return None
    inside = [known[arg] for arg in node.args]
    values = [value for value in inside if value is not None]
    if len(values) < len(inside):
        return None
    if not node.args and node.is_scalar:
        return Matrix([[algebra.expr(node)]]) if algebra.has_form(node) else None
    if node.op in SHAPED:
        return SHAPED[node.op](*node.shape)
    if node.op == "array":
        return Matrix(*node.shape, [value[0] for value in values])
    if node.op == "add":
        return sum(values[1:], values[0])
    if node.op == "mul":
        return _product(values)
    if node.op == "pow" and node.is_scalar:
        return Matrix([[values[0][0] ** values[1][0]]])
    if node.op == "map" and node.data in OF_ENTRIES:
        return values[0].applyfunc(lambda entry: _of_entry(node.data, entry, algebra))
    if node.op in OF_MATRICES:
        value = OF_MATRICES[node.op](values[0])
        return Matrix([[value]]) if node.is_scalar and value is not None else value
    return None


def _of_entry(name: str, entry: Expr, algebra: ScalarAlgebra) -> Expr:
    require_small(name, entry)
    is_rooted = name in ROOTED and entry.is_Rational and entry.q > 2
    if is_rooted:  # psi(9/5), which SymPy would write with roots and logarithms of them
        return algebra.expr(algebra.closed(elementwise(name, algebra.node(entry)), "psi"))
    return TO_SYMPY[name](entry)


def _product(factors: Sequence[Matrix]) -> Matrix:
    whole = factors[0]
    for factor in factors[1:]:
        is_scaled = factor.shape == (1, 1) or whole.shape == (1, 1)
        if is_scaled and whole.cols != factor.rows:
            whole = whole[0] * factor if whole.shape == (1, 1) else whole * factor[0]
        else:
            whole = whole * factor
    return whole
