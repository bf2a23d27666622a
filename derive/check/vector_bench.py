"""Where claims about vector laws are tested: sizes, numbers for the parameters, and means.

A mean is a sum over a grid with the declared log density (``vector_charts``), in double
precision, so agreement rests on no rule for means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from derive.check.claim import Plan
from derive.check.evaluate import Definitions, FloatEvaluation
from derive.check.floats import Floats
from derive.check.maps import Array
from derive.check.sample import Mood, sample_symbol
from derive.check.stream import Stream, fingerprint
from derive.check.vector_charts import CHARTS, SIZES, Cloud, inverse_of_small
from derive.errors import NoRuleError
from derive.language.expression import Node
from derive.language.relations import Relation
from derive.language.sizes import Size, size_names
from derive.language.vector_law import VectorLaw

MOODS = (Mood(0, 1.0), Mood(0, 0.5), Mood(1, 1.0), Mood(0, 0.75))
SCALAR_MOODS = (Mood(0, 4.0), Mood(1, 1.0), Mood(0, 2.0), Mood(1, 4.0), Mood(0, 4.0))
CANDIDATES = 160
PLACES = 2  # for each set of sizes
MARGIN = 0.4  # how far what must be positive is kept from 0
FAR = 1.2  # and what a mean needs, so that the grid reaches its tail
BEYOND = 1e-9  # share of a term at the end of an axis: no more lies beyond
UNRESOLVED = 1e-4  # gap to the coarse grid: that of the fine one is its square


@dataclass
class VectorBench:
    """Places for the parameters of some laws, and means found there.

    Attributes
    ----------
    laws : mapping of str to VectorLaw
        By the letter that ``expectation`` nodes name them with; the first is summed over.
    value : symbol
    needs : tuple of Relation
        What else must hold at the places.
    others : tuple of symbol
        Names that are no parameters of a law.
    """

    laws: Mapping[str, VectorLaw]
    value: Node
    needs: tuple[Relation, ...] = ()
    others: tuple[Node, ...] = ()
    _places: dict[int, list[Place]] = field(default_factory=dict)

    def places(self, plan: Plan) -> list[Place]:
        """Places at which all parameters are admissible and the grid reaches the law."""
        if plan.seed not in self._places:
            self._places[plan.seed] = [
                place for sizes in self._sizes() for place in self._at(sizes, plan.seed)
            ]
        return self._places[plan.seed]

    @property
    def symbols(self) -> tuple[Node, ...]:
        """The parameters of all laws and the other names."""
        found = [s for law in self.laws.values() for s in law.symbols]
        return tuple(dict.fromkeys((*found, *self.others)))

    def _sizes(self) -> list[dict[str, int]]:
        """Numbers for the size names, such that the law has a grid."""
        law = next(iter(self.laws.values()))
        letters = [law.size_of[letter] for letter in type(law).sizes]
        named = dict.fromkeys(
            name for node in (*self.symbols, self.value) for name in sorted(size_names(node.shape))
        )
        sets = []
        fixed = tuple(size for size in letters if isinstance(size, int))
        known = SIZES[law.name]
        for numbers in (fixed,) if len(fixed) == len(letters) else known:
            chosen = {name: 2 + k % 3 for k, name in enumerate(named)}
            fits = True
            for letter, count in zip(letters, numbers, strict=True):
                if isinstance(letter, Size) and letter.name is not None:
                    chosen[letter.name] = count
                elif letter != count:
                    fits = False
            if fits:
                sets.append(chosen)
        return sets

    def _at(self, sizes: dict[str, int], seed: int) -> list[Place]:
        law = next(iter(self.laws.values()))
        stream = Stream(fingerprint([law.log_density(self.value)], seed + sum(sizes.values())))
        batches = {
            s: sample_symbol(s, sizes, stream, _moods(SCALAR_MOODS if s.is_scalar else MOODS))
            for s in self.symbols
        }
        found: list[Place] = []
        for k in range(CANDIDATES):
            if not all(batch.is_usable[k] for batch in batches.values()):
                continue
            values = {s: np.asarray(batch.values[k], dtype=float) for s, batch in batches.items()}
            place = Place(self, sizes, values)
            if self._fits(place) and place.reach():
                found.append(place)
            if len(found) == PLACES or (not self.symbols and found):
                break
        return found

    def _fits(self, place: Place) -> bool:
        relations = [need for law in self.laws.values() for need in law.relations()]
        margins = [(need, MARGIN) for need in relations] + [(need, FAR) for need in self.needs]
        return all(
            bool(np.all(place.value(need.left) - place.value(need.right) > margin))
            for need, margin in margins
            if isinstance(need.right, Node) and need.sign == ">"
        )


class Place:
    """Sizes and numbers for the parameters, the grid there, and the means found on it."""

    def __init__(self, bench: VectorBench, sizes: dict[str, int], values: dict[Node, Array]):
        self.bench, self.sizes, self.values = bench, sizes, values
        self._plain = MeanEvaluation(self)
        self._clouds: dict[str, tuple[Cloud, Array]] = {}
        self._inner: dict[str, FloatEvaluation] = {}

    def value(self, node: Node) -> Array:
        """The value of a node, with its means summed; (rows, columns)."""
        return np.asarray(self._plain.value(node)[0])

    def reach(self) -> bool:
        """Whether the law summed over has a grid here."""
        try:
            self._cloud(next(iter(self.bench.laws)))
        except (NoRuleError, np.linalg.LinAlgError):
            return False
        return True

    def mean(self, function: Node, letter: str) -> Array:
        """The sum of density times function over the grid.

        Raises
        ------
        NoRuleError
            The grid does not resolve it.
        """
        with np.errstate(all="ignore"):
            return self._summed(function, letter)

    def _summed(self, function: Node, letter: str) -> Array:
        cloud, log_density = self._cloud(letter)
        values = np.asarray(self._inner[letter].value(function))
        if len(values) == 1:
            values = np.broadcast_to(values, (len(log_density), *values.shape[1:]))
        terms = _weighed(values, log_density + cloud.log_weights)
        fine, size = terms.sum(axis=0), np.abs(terms).sum(axis=0)
        if not np.isfinite(fine).all():
            raise NoRuleError("the sum is not finite in floats")
        rough = _weighed(values, log_density + cloud.log_coarse).sum(axis=0)
        if (np.abs(rough - fine) > UNRESOLVED * size).any():
            raise NoRuleError("the grid does not resolve the sum")
        if (np.abs(terms[cloud.edge]).max(axis=0, initial=0.0) > BEYOND * size).any():
            raise NoRuleError("the sum has mass beyond the grid")
        return np.asarray(fine)

    def _cloud(self, letter: str) -> tuple[Cloud, Array]:
        if letter not in self._clouds:
            law = self.bench.laws[letter]
            parameters = [self.value(node) for node in law.values]
            with np.errstate(all="ignore"):
                cloud = CHARTS[law.name](*parameters)
            columns = {s: v[None] for s, v in self.values.items()}
            inner = FloatEvaluation(self.sizes, {**columns, self.bench.value: cloud.places})
            inner.numbers = GridFloats()
            self._inner[letter] = inner
            with np.errstate(all="ignore"):
                log_density = inner.value(law.log_density(self.bench.value))[:, 0, 0]
            self._clouds[letter] = cloud, log_density
        return self._clouds[letter]

    def shown(self) -> str:
        """The place in words."""
        named = (f"{s.name} = {np.round(v, 4).tolist()}" for s, v in self.values.items())
        return ", ".join(named)


def _moods(moods: tuple[Mood, ...]) -> list[Mood]:
    return [moods[k % len(moods)] for k in range(CANDIDATES)]


def _weighed(values: Array, log_weights: Array) -> Array:
    """Values times weights; a place without weight counts nothing, whatever its value."""
    weights = np.nan_to_num(np.exp(log_weights), posinf=np.inf)[:, None, None]
    return np.where(weights > 0, values * weights, 0.0)


class GridFloats(Floats):
    """Floats over a grid, whose outer places are near singular and hardly weigh."""

    def inverse(self, A: Array) -> Array:
        if A.shape[1] > 2:
            return super().inverse(A)
        det = np.asarray(np.linalg.det(A)) if A.shape[1] == 1 else _det_of_two(A)
        return inverse_of_small(A, np.log(np.abs(det))) * np.sign(det)[:, None, None]

    def det(self, A: Array) -> Array:
        return _det_of_two(A)[:, None, None] if A.shape[1] == 2 else super().det(A)


def _det_of_two(A: Array) -> Array:
    return np.asarray(A[:, 0, 0] * A[:, 1, 1] - A[:, 0, 1] * A[:, 1, 0])


class MeanEvaluation(FloatEvaluation):
    """Floats at one place, where ``expectation`` is a sum over the grid of its law."""

    def __init__(self, place: Place, definitions: Definitions = ()):
        super().__init__(place.sizes, {s: v[None] for s, v in place.values.items()}, definitions)
        self.place = place

    def needed(self, node: Node) -> tuple[Node, ...]:
        return () if node.op == "expectation" else super().needed(node)

    def combine(self, node: Node, args: list[Any]) -> Any:
        if node.op != "expectation":
            return super().combine(node, args)
        return self.place.mean(node.args[0], node.data[0])[None]
