"""Nodes to terms: one row of ``LOWERED`` per operator, refused by name if there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derive.errors import NoRuleError
from derive.language.expression import Node, chain_of
from derive.language.functions import postorder
from derive.numeric.arithmetic import (
    lower_hadamard,
    lower_map,
    lower_matrix_power,
    lower_power,
    lower_product,
    lower_sum,
    lower_transpose,
)
from derive.numeric.blocks import lower_block, lower_part
from derive.numeric.chains import lower_determinant, lower_inverse, lower_logdet
from derive.numeric.extremes import lower_extreme, lower_norminf, lower_peak
from derive.numeric.kronecker import (
    lower_blocks,
    lower_commutation,
    lower_kron,
    lower_unvec,
    lower_vec,
)
from derive.numeric.lowering import Lowering, Rule
from derive.numeric.matrix_functions import LOWERED_MATRICES, lower_shares, lower_zeta
from derive.numeric.products import Products, shared_products
from derive.numeric.reductions import (
    lower_diagonal,
    lower_logsumexp,
    lower_norm1,
    lower_norm2,
    lower_rowlogsumexp,
    lower_rowsoftmax,
    lower_softmax,
    lower_total,
    lower_trace,
)
from derive.numeric.spectra import SPECTRAL_LOWERED
from derive.numeric.stabilise import stabilise
from derive.numeric.sums import (
    lower_index,
    lower_sum_over,
    lower_symbolic_power,
    lower_unit,
    without_sums,
)
from derive.numeric.terms import Term, Terms, squeeze


def lower(outputs: Sequence[Node], typical: Mapping[str, int]) -> tuple[Term, ...]:
    """The terms of the outputs, in stable forms and with shared work shared."""
    stable = stabilise(*without_sums(*outputs))
    chains = (chain_of(node) for node in postorder(*stable) if node.op == "mul")
    terms = Terms(typical)
    products = Products(terms, shared_products(chains))
    lowering = Lowering(LOWERED, terms, products)
    return tuple(lowering.term(node) for node in stable)


def lower_symbol(to: Lowering, node: Node) -> Term:
    """An argument of the function."""
    return to.terms.make("argument", (), squeeze(node.shape), node)


def lower_constant(value: int) -> Rule:
    """The rule of arrays of one number."""
    return lambda to, node: to.terms.spread(to.terms.number(value), squeeze(node.shape), ())


def lower_diag(to: Lowering, node: Node) -> Term:
    """The diagonal matrix of a vector."""
    return to.terms.diagonal_matrix(to.term(node.args[0]), squeeze(node.shape))


def lower_array(to: Lowering, node: Node) -> Term:
    """An explicit array of scalars."""
    return to.terms.make("array", [to.term(arg) for arg in node.args], squeeze(node.shape))


def refuse(to: Lowering, node: Node) -> Term:
    """Refuse what has no numeric value."""
    raise NoRuleError(
        f"{node!r} is a {node.op}: it stands in derivations and has no numeric value of its own\n"
        f"  to fix   : compile the result of the derivation"
    )


LOWERED: dict[str, Rule] = {
    "symbol": lower_symbol,
    "number": lambda to, node: to.terms.number(node.data),
    "constant": lambda to, node: to.terms.make("constant", data=node.data),
    "size": lambda to, node: to.terms.size(node.data),
    "eye": lambda to, node: to.terms.make("eye", (), squeeze(node.shape)),
    "ones": lower_constant(1),
    "zero": lower_constant(0),
    "add": lower_sum,
    "mul": lower_product,
    "had": lower_hadamard,
    "pow": lower_power,
    "mpow": lower_matrix_power,
    "matpow": lower_symbolic_power,
    "index": lower_index,
    "unit": lower_unit,
    "sum_over": lower_sum_over,
    "transpose": lower_transpose,
    "inverse": lower_inverse,
    "map": lower_map,
    "trace": lower_trace,
    "det": lower_determinant,
    "logdet": lower_logdet,
    "total": lower_total,
    "norm2": lower_norm2,
    "norm1": lower_norm1,
    "logsumexp": lower_logsumexp,
    "diag": lower_diag,
    "diagonal": lower_diagonal,
    "softmax": lower_softmax,
    "rowsoftmax": lower_rowsoftmax,
    "rowlogsumexp": lower_rowlogsumexp,
    "array": lower_array,
    "max": lower_extreme("largest"),
    "min": lower_extreme("smallest"),
    "norminf": lower_norminf,
    "peak": lower_peak,
    "combine": lambda to, node: to.terms.elementwise(
        "combine", map(to.term, node.args), squeeze(node.shape), node.data
    ),
    "block": lower_block,
    "part": lower_part,
    "kron": lower_kron,
    "vec": lower_vec,
    "unvec": lower_unvec,
    "commutation": lower_commutation,
    "toeplitz": lambda to, node: to.terms.make(
        "toeplitz", (to.term(node.args[0]),), squeeze(node.shape)
    ),
    "block_inner": lower_blocks,
    "block_sum": lower_blocks,
    **SPECTRAL_LOWERED,
    **LOWERED_MATRICES,
    "besseli": lambda to, node: to.terms.elementwise(
        "combine", map(to.term, node.args), (), "besseli"
    ),
    "zeta": lower_zeta,
    "normquantile": lambda to, node: to.terms.elementwise(
        "apply", map(to.term, node.args), (), "normquantile"
    ),
    **dict.fromkeys(("gammainc", "betainc", "gammaincinv", "betaincinv"), lower_shares),
    "differential": refuse,
    "nabla": refuse,
    "derivative": refuse,
    "expectation": refuse,
}
