"""What a check costs, estimated from the shapes before anything is computed.

The figures are rough seconds of one core; they only choose between ways to check.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from derive.check.claim import Plan
from derive.check.claims import PointClaim
from derive.check.points import LEAST_POINTS
from derive.check.spectral_rows import SPECTRAL_ROWS
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.sizes import size_value

TYPICAL_SIZE = 5  # a symbolic size is given about this number
DEFAULT_DIGITS = 50
TYPICAL: Mapping[str, int] = defaultdict(lambda: TYPICAL_SIZE)


@dataclass(frozen=True)
class Prices:
    """Seconds for a multiplication in a product, an elimination step, a function, an entry."""

    product: float
    elimination: float
    function: float
    entry: float


# per point: values, jets, and central differences at twice the precision
BALLS = Prices(product=5e-7, elimination=1.5e-6, function=1.2e-5, entry=1.5e-6)
# per point: ten evaluations of each node
DOUBLES = Prices(product=2e-9, elimination=4e-9, function=3e-7, entry=1e-7)

_ELIMINATIONS = frozenset({"inverse", "det", "logdet", "cholesky", "pinv"})
# products in a function of a matrix, more or less
_STEPS = {"expm": 4, "sinm": 8, "cosm": 8, "sqrtm": 12, "logm": 25}
_DECOMPOSITIONS = frozenset(SPECTRAL_ROWS) - {"gaps"}
_FUNCTIONS = frozenset(
    {
        *("map", "pow", "had", "norm1", "norm2", "polygamma", "combine", "besseli", "zeta"),
        *("gammainc", "betainc", "normquantile", "gammaincinv", "betaincinv"),
        *("logsumexp", "softmax", "rowsoftmax", "rowlogsumexp"),
    }
)


def ball_seconds(claims: Sequence[PointClaim], plan: Plan) -> float:
    """About how long a check of claims in balls takes."""
    points = max(plan.points, LEAST_POINTS)
    return points * max(1.0, plan.digits / DEFAULT_DIGITS) * _per_point(claims, BALLS)


def double_seconds(claims: Sequence[PointClaim], points: int) -> float:
    """About how long a check of claims in double precision takes."""
    return points * _per_point(claims, DOUBLES)


def _per_point(claims: Sequence[PointClaim], prices: Prices) -> float:
    roots = [root for claim in claims for root in claim.setting().nodes]
    return sum(_times(node, TYPICAL) * _price(node, prices, TYPICAL) for node in postorder(*roots))


def seconds_at(nodes: Iterable[Node], sizes: Mapping[str, int]) -> float:
    """About how long the values of some nodes take in balls, with numbers for the sizes."""
    return sum(_times(node, sizes) * _price(node, BALLS, sizes) for node in nodes)


def _times(node: Node, sizes: Mapping[str, int]) -> int:
    """How often a node is evaluated: once for each value of the indices in it."""
    ranges = [i.data.last for i in node.symbols if i.op == "index"]
    return math.prod(TYPICAL_SIZE if isinstance(r, Node) else size_value(r, sizes) for r in ranges)


def _price(node: Node, prices: Prices, sizes: Mapping[str, int]) -> float:
    rows, columns = _dims(node, sizes)
    price = rows * columns * prices.entry
    if node.op == "mul":
        chain = [_dims(arg, sizes) for arg in node.args if not arg.is_scalar]
        if chain:
            inner = sum(k for k, _ in chain[1:])
            price += chain[0][0] * inner * max(c for _, c in chain[1:] or chain) * prices.product
    elif node.op in {"mpow", "matpow"}:
        power = int(node.data) if node.op == "mpow" else TYPICAL_SIZE
        price += rows**3 * 2 * power.bit_length() * prices.product
    elif node.op in {"matrixmap", "frechet", "adjugate"}:
        blocks = 2 ** (len(node.args) - 1)
        steps = rows if node.op == "adjugate" else _STEPS[node.data]
        price += (rows * blocks) ** 3 * steps * prices.product
    elif node.op in _ELIMINATIONS:
        price += _dims(node.args[0], sizes)[0] ** 3 * prices.elimination
    elif node.op in {"block_inner", "block_sum"}:
        price += _entries(node.args[0], sizes) * (prices.product + prices.entry)
    elif node.op in _DECOMPOSITIONS:
        sweeps = 50  # rotations, and a linear system for each vector
        price += sweeps * min(_dims(node.args[0], sizes)) ** 3 * prices.elimination
    elif node.op in _FUNCTIONS:
        price += max(rows * columns, _entries(node.args[0], sizes)) * prices.function
    return price


def _entries(node: Node, sizes: Mapping[str, int]) -> int:
    rows, columns = _dims(node, sizes)
    return rows * columns


def _dims(node: Node, sizes: Mapping[str, int]) -> tuple[int, int]:
    rows, columns = node.shape
    return size_value(rows, sizes), size_value(columns, sizes)
