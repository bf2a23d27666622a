"""Functions of one quantity x that cancel near x = 0, or near a pole of one of their parts:
there, their series takes over.

``x - sin(x)`` has no digit left at x = 1e-8.  Whether a sum cancels at zero is seen from exact
series of its terms; what cancels is joined with the series of the whole, in a node
``combine`` that holds it.  Where a stable form was found before, nothing cancels any more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from derive.language.expression import Node, add, make, multiply, product, split_product
from derive.language.functions import postorder
from derive.numeric.monomials import inverse_of, monomial_of, node_of, own_writing
from derive.numeric.monomials import product_of as product_of_monomials
from derive.numeric.series import (
    Series,
    SeriesAtZero,
    constant_series,
    function_of,
    identity_series,
    log_of,
    power_of,
    product_of,
    series,
    sum_of,
)
from derive.numeric.stable_parts import constant_of, is_map, rebuilt
from derive.numeric.stable_products import QUANTITY, Letters, beside_function, products_inside

SHORT, LONG = 12, 44  # terms by which a cancellation is seen, and of the series written
PRECISION = 1e-17
LARGEST_RADIUS = 1.0
DIFFERENCES = {"power_difference", "root_difference", "log_difference", "exp_difference"}


@dataclass
class _Expansion:
    """Series in one quantity of the nodes above it, and those whose digits cancel."""

    quantity: Node
    length: int
    found: dict[Node, Series | None] = field(default_factory=dict)
    cancelling: set[Node] = field(default_factory=set)

    def of(self, root: Node) -> Series | None:
        """The series of a node, if it has one; its parts are remembered."""
        for node in postorder(root, known=self.found):
            if node not in self.found:
                self.found[node] = self._of(node)
        return self.found[root]

    def _of(self, node: Node) -> Series | None:
        coefficient, scalars, chain = split_product(node)
        rest = product(Fraction(1), scalars, chain) if node.op == "mul" else node
        if rest is self.quantity and coefficient:
            return identity_series(self.length).scaled(coefficient)
        value = constant_of(node)
        if value is not None:
            return constant_series(value, self.length) if value else None
        if node.op == "pow":
            base, exponent = self.found[node.args[0]], node.args[1]
            return power_of(base, exponent.data) if base and exponent.is_number else None
        parts = [self.found[arg] for arg in node.args]
        series = [part for part in parts if part is not None]
        if len(series) < len(parts) or not series:
            return None
        if node.op == "add":
            return self._sum(node, series)
        if node.op in {"mul", "had"}:
            return self._product(series)
        if node.op == "combine":
            return self._difference(node)
        if node.op != "map":
            return None
        if node.data == "log" and series[0].taylor() and series[0].at(0) == 1:
            self.cancelling.add(node)
        return function_of(node.data, series[0])

    def _sum(self, node: Node, parts: list[Series]) -> Series | None:
        whole: Series | None = parts[0]
        for part in parts[1:]:
            whole = sum_of(whole, part) if whole is not None else None
        if whole is not None and whole.first > min(part.first for part in parts):
            self.cancelling.add(node)
        return whole

    def _difference(self, node: Node) -> Series | None:
        """A difference written so that it does not cancel."""
        name = str(node.data).removesuffix("_difference")
        values: list[Series | None] = []
        for k, arg in enumerate(node.args[:2]):
            inside = self.found[arg]
            if inside is None or node.data not in DIFFERENCES:
                return None
            if name == "power":
                values.append(power_of(inside, constant_of(node.args[3]) or Fraction(0)))
            elif name == "root":
                values.append(inside if k else power_of(inside, Fraction(1, 2)))
            else:
                values.append(self._function(name, inside))
        if values[0] is None or values[1] is None:
            return None
        return sum_of(
            values[0],
            product_of(values[1], Series(0, (Fraction(-1), *[Fraction(0)] * self.length))),
        )

    def _function(self, name: str, inside: Series) -> Series | None:
        return function_of(name, inside)

    @staticmethod
    def _product(parts: list[Series]) -> Series:
        whole = parts[0]
        for part in parts[1:]:
            whole = product_of(whole, part)
        return whole


@dataclass
class _ExpansionAtPole(_Expansion):
    """Series in u = c + d x of the nodes above x, about the root of u."""

    leaf: Node = field(kw_only=True)

    def _of(self, node: Node) -> Series | None:
        line, own = _line(node, self.leaf), _line(self.quantity, self.leaf)
        assert own is not None
        if line is not None and line[1]:
            slope = line[1] / own[1]  # no digit is lost next to the root of what is linear
            values = [line[0] - slope * own[0], slope, *[Fraction(0)] * (self.length - 2)]
            return series(0, values)
        if node.op == "map" and node.data in {"log", "log1p"}:
            inside = self.found[node.args[0]]
            plus = constant_series(Fraction(node.data == "log1p"), self.length)
            whole = sum_of(inside, plus) if inside and plus else inside
            if _line(node.args[0], self.leaf) is None:
                self.cancelling.add(node)
            return log_of(whole) if whole else None
        return super()._of(node)

    def _function(self, name: str, inside: Series) -> Series | None:
        return log_of(inside) if name == "log" else function_of(name, inside)


def with_series(*roots: Node) -> tuple[Node, ...]:
    """The same values; what cancels near a zero of its quantity has its series there."""
    order = postorder(*roots)
    if not any(node.op == "add" or is_map(node, "log") for node in order):
        return roots
    quantity: dict[Node, Node | None] = {}
    for node in order:
        quantity[node] = _quantity(node, quantity)
    short: dict[Node, _Expansion] = {}
    products = products_inside(order)
    widest = set(roots)
    for node in order:
        widest.update(arg for arg in node.args if quantity[arg] is not quantity[node])
    done: dict[Node, Node] = {}
    for node in order:
        better = _wrapped(node, quantity[node], short) if node in widest else None
        if better is None and node in widest:
            better = _wrapped_at_pole(node, quantity[node])
        if better is None and node.op == "add" and quantity[node] is node:
            better = _wrapped_beside_power(node, products, short)
            better = better or _wrapped_in_part(node, quantity, short, done)
        again = rebuilt(node, tuple(done[arg] for arg in node.args)) if better is None else better
        done[node] = again
    return tuple(done[root] for root in roots)


def _quantity(node: Node, known: Mapping[Node, Node | None]) -> Node | None:
    """What a node is an elementwise function of: one quantity, itself, or nothing (a number)."""
    if constant_of(node) is not None:
        return None
    if node.op in {"mul", "had"}:
        _, scalars, chain = split_product(node)
        is_elementwise = len(chain) < 2 and (not chain or chain[0] is not node or node.op == "had")
        if node.is_scalar and node.args[0].shape != node.shape:
            is_elementwise = False
        multiple = product(Fraction(1), scalars, chain)
    elif node.op == "combine":
        is_elementwise, multiple = node.data in DIFFERENCES, node
    else:
        is_fixed = node.op == "pow" and node.args[1].is_number
        is_elementwise, multiple = node.op in {"add", "map"} or is_fixed, node
    below = {known[arg] for arg in node.args} - {None} if is_elementwise else set()
    if len(below) != 1:
        return multiple
    one = below.pop()
    assert one is not None
    return one if one.shape == node.shape else node


def _wrapped_in_part(
    node: Node,
    quantity: Mapping[Node, Node | None],
    short: dict[Node, _Expansion],
    done: Mapping[Node, Node],
) -> Node | None:
    """A sum whose terms in one quantity cancel, alone or with its numbers."""
    constants = [term for term in node.args if quantity[term] is None]
    for below in dict.fromkeys(quantity[term] for term in node.args):
        group = [term for term in node.args if below is not None and quantity[term] is below]
        for terms in (group, [*group, *constants]):
            better = _wrapped(add(*terms), below, short) if len(terms) > 1 else None
            if better is not None:
                return add(better, *(done[term] for term in node.args if term not in terms))
    return None


def _wrapped_beside_power(
    node: Node, products: dict[Node, Letters], short: dict[Node, _Expansion]
) -> Node | None:
    """A sum that is a product of powers times a function of one product of symbols."""
    for below, inside in products.items() if node.is_scalar else ():
        parts = beside_function(node, below, inside)
        written = None if parts is None else _series_of(parts[1], QUANTITY, short)
        if parts is not None and written is not None:
            less, written_as = inverse_of(monomial_of(parts[0])), own_writing(node)
            terms = [product_of_monomials(monomial_of(term), less) for term in node.args]
            plain = add(*(node_of(term, node, written_as) for term in terms))
            return multiply(parts[0], make("combine", (below, plain), node.shape, written))
    return None


def _wrapped_at_pole(node: Node, leaf: Node | None) -> Node | None:
    """The node with its series where a denominator that is linear in a symbol vanishes."""
    if leaf is None or leaf.op != "symbol" or not node.is_scalar or not leaf.is_scalar:
        return None
    powers = [p for p in postorder(node) if p.op == "pow" and p.args[1].is_number]
    for base in dict.fromkeys(p.args[0] for p in powers if p.args[1].data < 0):
        line = _line(base, leaf)
        if line is None or not all(line):
            continue
        first = _ExpansionAtPole(base, SHORT, leaf=leaf)
        if first.of(node) is None or not first.cancelling.intersection(postorder(node)):
            continue
        expansion = _ExpansionAtPole(base, LONG, leaf=leaf).of(node)
        written = None if expansion is None else _written(expansion)
        if written is not None:
            return make("combine", (base, node), node.shape, written)
    return None


def _line(node: Node, leaf: Node) -> tuple[Fraction, Fraction] | None:
    """c and d of a node c + d x."""
    start, slope = Fraction(0), Fraction(0)
    for term in node.args if node.op == "add" else (node,):
        coefficient, scalars, chain = split_product(term)
        if scalars == (leaf,) and not chain:
            slope += coefficient
        elif (value := constant_of(term)) is not None:
            start += value
        else:
            return None
    return start, slope


def _wrapped(node: Node, below: Node | None, short: dict[Node, _Expansion]) -> Node | None:
    """The node with its series, if it cancels near the zero of a quantity."""
    if below is None or below is node or below.shape != node.shape:
        return None
    written = _series_of(node, below, short)
    return None if written is None else make("combine", (below, node), node.shape, written)


def _series_of(node: Node, below: Node, short: dict[Node, _Expansion]) -> SeriesAtZero | None:
    """The series of a node that cancels near the zero of a quantity."""
    first = short.setdefault(below, _Expansion(below, SHORT))
    if first.of(node) is None or not first.cancelling.intersection(postorder(node)):
        return None
    expansion = _Expansion(below, LONG).of(node)
    return None if expansion is None else _written(expansion)


def _written(expansion: Series) -> SeriesAtZero | None:
    """So many coefficients that the rest is below rounding."""
    known = expansion.known
    if len(known) < LONG // 2:
        return None
    lead = _log(known[0])
    sizes = [(k, (_log(c) - lead) / k) for k, c in enumerate(known) if k and c]
    growth = max((size for k, size in sizes if 2 * k >= len(known)), default=-math.inf)
    whole = math.log(PRECISION)
    radius = min(LARGEST_RADIUS, math.exp(min(0.0, whole / len(known) - growth)))
    needed = [k for k, size in sizes if k * (size + math.log(radius)) > whole]
    last = max(needed, default=0)
    step = math.gcd(*(k for k, _ in sizes)) or 1
    radius = math.floor(radius * 1000) / 1000
    return SeriesAtZero(expansion.first, step, radius, known[: last + 1 : step])


def _log(value: Fraction) -> float:
    return math.log(abs(value.numerator)) - math.log(value.denominator)
