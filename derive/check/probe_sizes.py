"""Sizes of probes: small and plain ones, large ones, those about which a branch changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, product

from derive.check.branch_points import SIZES, size_breaks
from derive.check.conditions import tall_shapes
from derive.check.cost import seconds_at
from derive.check.points import Setting, size_in
from derive.check.size_sets import size_sets
from derive.language.expression import Node
from derive.language.sizes import Size, size_value

MOST_SECONDS = 0.02  # that a probe at large sizes takes, as estimated
MOST_BROKEN, MOST_SETS = 8, 150  # sizes about which a branch changes


class ProbeSizes:
    """Numbers for the sizes of a setting, whose nodes pick branches by `gaps`."""

    def __init__(self, setting: Setting, nodes: Sequence[Node], gaps: Sequence[Node]):
        self.nodes = nodes
        self.names = tuple(
            dict.fromkeys(
                name
                for node in (*setting.symbols, *nodes)
                for size in (*node.shape, size_in(node))
                if isinstance(size, Size)
                for name in size.names_in_order
            )
        )
        shapes = [symbol.shape for symbol in setting.symbols]
        tall = [symbol.shape for symbol in setting.symbols if "orthonormal" in symbol.facts]
        usual = size_sets(self.names, shapes, [*tall, *tall_shapes(setting.conditions)])
        self.base = next(iter(usual), dict.fromkeys(self.names, 2))
        self.ones = dict.fromkeys(self.names, 1)
        alone = [gap for gap in gaps if gap.is_scalar and not gap.symbols]
        self.broken = self._broken(alone) if self.names and alone else []

    def small(self) -> list[dict[str, int]]:
        """Twos first, as special matrices are plain there; last those of branches."""
        if not self.names:
            return [{}]
        twos, threes = (dict.fromkeys(self.names, number) for number in (2, 3))
        found = [twos, self.base, self.ones, threes]
        found += [sizes for sizes in self.broken if self._is_cheap(sizes)][:MOST_BROKEN]
        return [sizes for k, sizes in enumerate(found) if self._is_possible(sizes, found[:k])]

    def large(self) -> Iterator[dict[str, int]]:
        """Those of branches, then one size large, then all of them."""
        found = list(self.broken)
        for others in (self.base, self.ones):
            found += [{**others, name: k} for name in self.names for k in SIZES]
        found += [dict.fromkeys(self.names, k) for k in SIZES if self.names]
        for k, sizes in enumerate(found):
            if sizes not in found[:k] and self._is_cheap(sizes):
                yield sizes

    def _broken(self, alone: Sequence[Node]) -> list[dict[str, int]]:
        """Sizes about which a branch changes: one name at a time, then all together."""
        found, together = [], []
        for name in self.names:
            others = (self.base, self.ones)
            breaks = [size_breaks(gap, name, other) for gap in alone for other in others]
            numbers = list(dict.fromkeys(chain(*breaks)))
            found += [{**other, name: number} for number in numbers for other in others]
            together.append(numbers[:MOST_BROKEN] or [self.base[name]])
        rows = islice(product(*together), MOST_SETS)
        at_once = [dict(zip(self.names, row, strict=True)) for row in rows]
        return [*found, *at_once][:MOST_SETS]

    def _is_cheap(self, sizes: dict[str, int]) -> bool:
        return self._is_possible(sizes) and seconds_at(self.nodes, sizes) <= MOST_SECONDS

    def _is_possible(self, sizes: dict[str, int], before: Iterable[dict[str, int]] = ()) -> bool:
        """Whether every shape is one, and the sizes are new."""
        shapes = {size for node in self.nodes for size in node.shape}
        return sizes not in before and all(size_value(size, sizes) >= 1 for size in shapes)
