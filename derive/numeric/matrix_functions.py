"""Functions of matrices, Frechet derivatives, masks and generalised inverses as terms."""

from __future__ import annotations

from derive.language.expression import Node
from derive.language.matrix_functions import matrix_map
from derive.numeric.lowering import Lowering, Rule
from derive.numeric.terms import Term, squeeze

#: The helper of each function of ``MATRIX_FUNCTIONS``.
HELPER_NAMES = {
    "expm": "matrix_exp",
    "logm": "matrix_log",
    "sqrtm": "matrix_sqrt",
    "sinm": "matrix_sin",
    "cosm": "matrix_cos",
}


def lower_matrix_map(to: Lowering, node: Node) -> Term:
    """A function of one matrix."""
    return _of_upright(to, node, HELPER_NAMES[node.data])


def _of_upright(to: Lowering, node: Node, op: str) -> Term:
    """A function that takes the transpose to the transpose: one term serves both."""
    inside, shape = node.args[0], squeeze(node.shape)
    if inside.op == "transpose":
        value = to.terms.make(op, (to.term(inside.args[0]),), shape[::-1])
        return to.terms.transpose(value)
    return to.terms.make(op, (to.term(inside),), shape)


def lower_frechet(to: Lowering, node: Node) -> Term:
    """A derivative: by SciPy's own routines where there is one, else by blocks."""
    A, *directions = (to.term(arg) for arg in node.args)
    shape = squeeze(node.shape)
    if len(directions) == 1 and node.data == "expm":
        return to.terms.make("exp_slope", (A, *directions), shape)
    if len(directions) == 1 and node.data == "sqrtm":
        root = to.term(matrix_map("sqrtm", node.args[0]))
        return to.terms.make("sqrt_slope", (root, *directions), shape)
    return to.terms.make("matrix_slope", (A, *directions), shape, HELPER_NAMES[node.data])


def lower_cholesky(to: Lowering, node: Node) -> Term:
    """The factor, shared with every solve of the matrix."""
    return to.terms.make("cholesky", (to.term(node.args[0]),), squeeze(node.shape))


def lower_polygamma(to: Lowering, node: Node) -> Term:
    """An elementwise function with its order."""
    x = to.term(node.args[0])
    return to.terms.elementwise("polygamma", (x,), x.shape, node.data)


def lower_zeta(to: Lowering, node: Node) -> Term:
    """A function of SciPy, its derivatives one of ours."""
    s = to.term(node.args[0])
    if not node.data:
        return to.terms.elementwise("apply", (s,), (), "zeta")
    return to.terms.elementwise("combine", (to.terms.number(node.data), s), (), "zeta_slope")


def lower_shares(to: Lowering, node: Node) -> Term:
    """An incomplete function, or the inverse of one."""
    return to.terms.elementwise("combine", map(to.term, node.args), (), node.op)


def lower_pinv(to: Lowering, node: Node) -> Term:
    """The pseudo-inverse; of a vector, its transpose over its square."""
    x = to.term(node.args[0])
    if x.rank == 1:
        return to.terms.over(x, to.terms.inner(x, x), x.shape)
    return _of_upright(to, node, "pinv")


LOWERED_MATRICES: dict[str, Rule] = {
    "mask": lambda to, node: to.terms.make("mask", (), squeeze(node.shape), node.data),
    "polygamma": lower_polygamma,
    "matrixmap": lower_matrix_map,
    "frechet": lower_frechet,
    "cholesky": lower_cholesky,
    "adjugate": lambda to, node: _of_upright(to, node, "adjugate"),
    "pinv": lower_pinv,
}
