"""Points at which a statement that holds nearly everywhere may fail, and a look at them.

Random points never lie on a kink, are no singular matrices and have small sizes.  A probe
does: values of one symbol are special, or those of all, or two symbols are equal, or what
selects a branch vanishes, or a size is large.  A probe that is not in the declared set, that
breaks a condition or at which a side has no certain value says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations, islice, permutations, zip_longest
from typing import Any

from flint import fmpq_mat

from derive.check.branch_points import (
    Line,
    enclosed_root,
    linear_roots,
    sign_changes,
)
from derive.check.branches import guards_of
from derive.check.edge_values import exact
from derive.check.evaluate import BallEvaluation, Point
from derive.check.points import Setting
from derive.check.probe_sizes import ProbeSizes
from derive.check.sample import Mood, sample_symbol
from derive.check.special_values import MOST_BOUND, filled, has_facts, special_values
from derive.check.stream import Stream, fingerprint
from derive.language.expression import Node
from derive.language.functions import postorder
from derive.language.indices import free_indices, last_value
from derive.language.sizes import size_value

COMBINED = 40  # probes at which every symbol has some special value, for each set of sizes
PLAIN = (Mood(0, 1.0),) * 6
MOST_GAPS, MOST_SYMBOLS, MOST_PAIRS = 8, 5, 40
# facts that what lies between two numbers of one sign with them has too
CONVEX = frozenset({"real", "positive", "nonnegative", "negative", "nonzero", "probability"})


@dataclass(frozen=True)
class Probe:
    """A point, and scalars that are zero there."""

    point: Point
    zeros: tuple[Node, ...] = ()


@dataclass
class Probes:
    """The probes of one setting, the plainest of each kind first."""

    setting: Setting
    seed: int = 0
    _special: dict[tuple[Node, tuple[int, int]], list[fmpq_mat]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stream = Stream(fingerprint(self.setting.nodes, self.seed) + b"probes")
        self.nodes = postorder(*self.setting.nodes)
        found = dict.fromkeys(g for node in self.nodes for g in _gaps(node) if not free_indices(g))
        self.gaps = list(found)[:MOST_GAPS]
        sums = (node for node in self.nodes if node.op == "add" and not free_indices(node))
        self.sums = list(islice(sums, MOST_GAPS))
        self.sizes = ProbeSizes(self.setting, self.nodes, self.gaps)
        self.bounds = {s for i in self.nodes if i.op == "index" for s in last_value(i).symbols}

    def all(self) -> Iterator[Probe]:
        """All probes, the kinds in turn."""
        kinds = [self._at_sizes()]
        for sizes in self.sizes.small():
            base = self._base(sizes)
            kinds.append(iter([Probe(base)] if base is not None else []))
            kinds.append(self._one_by_one(sizes, base))
            kinds.append(self._all_at_once(sizes))
            kinds.append(self._tied(sizes, base))
            kinds.append(self._on_branches(sizes, base))
            kinds.append(self._on_several_branches(sizes, base))
        for row in zip_longest(*kinds):
            yield from (probe for probe in row if probe is not None)

    def _at_sizes(self) -> Iterator[Probe]:
        """Random values at sizes that are large, equal, or about which a branch changes."""
        for sizes in self.sizes.large():
            yield from map(Probe, islice(self._drawn(sizes), 2 if self.setting.symbols else 1))

    # --- values ---------------------------------------------------------------------------

    def _drawn(self, sizes: dict[str, int]) -> Iterator[Point]:
        """Random points, as for every claim."""
        batches = {s: sample_symbol(s, sizes, self.stream, PLAIN) for s in self.setting.symbols}
        for k in range(len(PLAIN)):
            if all(batch.is_usable[k] for batch in batches.values()):
                yield Point(sizes, {s: b.point(k) for s, b in batches.items()})

    def _base(self, sizes: dict[str, int]) -> Point | None:
        return next(self._drawn(sizes), None)

    def _values(self, symbol: Node, sizes: dict[str, int]) -> list[fmpq_mat]:
        """Special values of a symbol in its declared set."""
        shape = size_value(symbol.shape[0], sizes), size_value(symbol.shape[1], sizes)
        key = symbol, shape
        if key not in self._special:
            found = special_values(symbol.facts, shape)
            if symbol in self.bounds:
                found = [A for A in found if abs(A[0, 0]) <= MOST_BOUND]
            self._special[key] = found
        return self._special[key]

    def _one_by_one(self, sizes: dict[str, int], base: Point | None) -> Iterator[Probe]:
        """One symbol is special."""
        if base is None:
            return
        lists = [[(s, A) for A in self._values(s, sizes)] for s in self.setting.symbols]
        for row in zip_longest(*lists):
            for symbol, A in filter(None, row):
                yield Probe(Point(sizes, {**base.values, symbol: A}))

    def _all_at_once(self, sizes: dict[str, int]) -> Iterator[Probe]:
        """Every symbol is special: in one way, then in all sorts of ways."""
        lists = {s: self._values(s, sizes) for s in self.setting.symbols}
        if len(lists) < 2 or not all(lists.values()):
            return
        for k in range(max(map(len, lists.values()))):
            yield Probe(Point(sizes, {s: found[k % len(found)] for s, found in lists.items()}))
            yield Probe(Point(sizes, {s: self._some(found) for s, found in lists.items()}))
        for _ in range(COMBINED):
            yield Probe(Point(sizes, {s: self._some(found) for s, found in lists.items()}))

    def _some(self, found: list[fmpq_mat]) -> fmpq_mat:
        return found[int(self.stream.integers(0, len(found), (1,))[0])]

    def _tied(self, sizes: dict[str, int], base: Point | None) -> Iterator[Probe]:
        """Two symbols are equal, opposite or transposes of one another."""
        if base is None:
            return
        balls = {s: exact(BallEvaluation(base).value(s)) for s in self.setting.symbols}
        for one, other in combinations(self.setting.symbols, 2):
            A, B = balls[one], balls[other]
            if A is None or B is None:
                continue
            for tied in (A, A * -1, A.transpose(), A.transpose() * -1):
                is_fitting = (tied.nrows(), tied.ncols()) == (B.nrows(), B.ncols())
                if is_fitting and has_facts(other.facts, tied):
                    yield Probe(Point(sizes, {**base.values, other: tied}))

    def _on_branches(self, sizes: dict[str, int], base: Point | None) -> Iterator[Probe]:
        """What selects a branch is zero, or some of its entries are, or it is of either sign."""
        if base is None:
            return
        starts = (base, self._unit_point(sizes, base))
        lines = [line for start in starts for line in self._lines(start)]
        for line in lines:
            for A in linear_roots(line) or ():
                if self._is_declared(line.symbol, A):
                    yield _moved(line, A)
        for line in self._lines(base):
            if line.node in self.gaps and linear_roots(line) is None:
                yield from self._on_changes(line)

    def _on_several_branches(self, sizes: dict[str, int], base: Point | None) -> Iterator[Probe]:
        """Two nodes vanish at once, each by a symbol of its own; then one after another of all."""
        if base is None:
            return
        start = self._unit_point(sizes, base)
        lines = list(self._lines(start))
        pairs = ((one, two) for one, two in permutations(lines, 2) if one.node is not two.node)
        for chosen in (*islice(pairs, MOST_PAIRS), lines, lines[::-1]):
            point, solved = start, set[Node]()
            for line in chosen:
                found = None if line.symbol in solved else self._at_root(replace(line, point=point))
                if found is not None:
                    point = found
                    solved.add(line.symbol)
            if len(solved) > 1:
                yield Probe(point)

    def _at_root(self, line: Line) -> Point | None:
        """The point at which an affine node is zero, its symbol being moved to a declared value."""
        A = next(iter(linear_roots(line) or ()), None)
        is_found = A is not None and self._is_declared(line.symbol, A)
        return _moved(line, A).point if is_found else None

    def _lines(self, start: Point) -> Iterator[Line]:
        """What selects a branch, and sums, as functions of one symbol."""
        for node in dict.fromkeys((*self.gaps, *self.sums)):
            moving = [s for s in self.setting.symbols if s in node.symbols]
            for symbol in moving[:MOST_SYMBOLS]:
                yield Line(node, symbol, start, self.setting.definitions)

    def _on_changes(self, line: Line) -> Iterator[Probe]:
        """About the places where a node changes its sign, and at the zero between them."""
        for low, high in sign_changes(line):
            for A in (low,) if low == high else (low, high):
                if self._is_declared(line.symbol, A):
                    yield _moved(line, A)
            root = enclosed_root(line, low, high)
            if root is not None and self._holds_between(line.symbol, low, high):
                yield _moved(line, root, (line.node,))

    def _holds_between(self, symbol: Node, low: fmpq_mat, high: fmpq_mat) -> bool:
        """Whether all numbers between two have the declared facts, zero among them or not."""
        ends = self._is_declared(symbol, low) and self._is_declared(symbol, high)
        is_one_sided = "nonzero" not in symbol.facts or bool(low[0, 0] * high[0, 0] > 0)
        return ends and is_one_sided and symbol.facts <= CONVEX

    def _is_declared(self, symbol: Node, A: fmpq_mat) -> bool:
        """Whether a value lies in the declared set and is not too long to count up to."""
        is_long = symbol in self.bounds and abs(A[0, 0]) > MOST_BOUND
        return not is_long and has_facts(symbol.facts, A)

    def _unit_point(self, sizes: dict[str, int], base: Point) -> Point:
        """Ones and minus ones where the facts allow them, so that roots are whole numbers."""
        values: dict[Node, Any] = {}
        for k, (symbol, old) in enumerate(base.values.items()):
            shape = size_value(symbol.shape[0], sizes), size_value(symbol.shape[1], sizes)
            A = filled(shape, lambda i, j: (-1) ** (i + j)) * (-1) ** k
            values[symbol] = A if has_facts(symbol.facts, A) else old
        return Point(sizes, values)


def _moved(line: Line, value: Any, zeros: tuple[Node, ...] = ()) -> Probe:
    """The point of a line at which its symbol has a value."""
    return Probe(Point(line.point.sizes, {**line.point.values, line.symbol: value}), zeros)


def _gaps(node: Node) -> tuple[Node, ...]:
    """What selects a branch or ends a domain; a norm has its kink at zero."""
    return node.args[:1] if node.op == "norm2" else guards_of(node)
