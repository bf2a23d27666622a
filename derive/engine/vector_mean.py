"""Means of expressions of a random vector or matrix, by linearity.

``VectorMeans`` walks an expression down to its *cores*: the functions of the value that a
sum is linear in (the value, its logarithm, a product of two factors that are affine in it).
The mean of a statistic of the kernel is the gradient of its log total; of a product of two
affine factors it is the product of their means plus the covariance; the rest are facts of
``rules/vector_families.py``.  What is none of these is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from derive.engine.affine_parts import Affine, facing, parts_of, product_of, turn
from derive.engine.facts import with_facts
from derive.engine.gradient import gradients_of
from derive.engine.jacobian import jacobian_trace
from derive.engine.naming import substituted
from derive.engine.normal import tidy
from derive.engine.quadratics import quadratic_about
from derive.engine.vector_openings import (
    along_direction,
    opened_logdets,
    with_lengths,
    without_softmax,
)
from derive.errors import NoClosedFormError
from derive.language.expression import (
    Node,
    add,
    eye,
    multiply,
    number,
    power,
    product,
    symbol,
    transpose,
    zero,
)
from derive.language.functions import dot, elementwise, hadamard, total, trace
from derive.language.relations import Relation
from derive.language.vector_law import VectorLaw
from derive.rules.vector_families import MEAN_FACTS, SPREAD_FACTS, VECTOR_KERNELS, VectorKernel

GRADIENT = "gradient of log Z"
RATIO = "ratio of the totals at eta + b and eta"
SECOND = "means, and the covariance"


@dataclass(frozen=True)
class VectorMean:
    """The mean of one core: its value, where it comes from, what it needs."""

    value: Node
    origin: str
    requires: tuple[Relation, ...] = ()


def settled(node: Node) -> Node:
    """The node in normal form, with what the declared facts say."""
    return with_facts(tidy(node))[0]


class VectorMeans:
    """The means under one law, each found once."""

    def __init__(self, law: VectorLaw, value: Node):
        self.law, self.value = law, value
        self.kernel: VectorKernel | None = VECTOR_KERNELS.get(getattr(law, "kernel", ""))
        self.found: dict[Node, VectorMean] = {}
        self._known = {
            fact.feature(value, *law.values): fact for fact in MEAN_FACTS if fact.law == law.name
        }
        self._statistics = self._read_statistics()

    # --- walking ------------------------------------------------------------------------

    def averaged(self, node: Node, written: Callable[[Node], Node]) -> Node:
        """The node with each core replaced by what is written for it.

        Raises
        ------
        NoClosedFormError
            A function of the value is none that has a mean here.
        """
        if not self._moves(node):
            return node
        if self._is_core(node):
            return written(node)
        if node.op == "add":
            return add(*(self.averaged(arg, written) for arg in node.args))
        if node.op == "transpose":
            return transpose(self.averaged(node.args[0], written))
        if node.op == "trace":
            return trace(self._in_chain(node.args[0], written))
        if node.op == "total":
            return total(self.averaged(node.args[0], written))
        if node.op == "had":
            return self._of_hadamard(node, written)
        if node.op == "pow":
            return self._of_power(node, written)
        if node.op == "mul":
            return self._in_chain(node, written)
        if self._is_exponential(node):
            return written(node)
        raise self._refusal(node)

    def mean(self, core: Node) -> VectorMean:
        """The mean of a core."""
        if core not in self.found:
            self.found[core] = self._mean(core)
        return self.found[core]

    def _moves(self, node: Node) -> bool:
        return self.value in node.symbols

    def _is_core(self, node: Node) -> bool:
        return node is self.value or node in self._known or node in self._statistics

    def _in_chain(self, node: Node, written: Callable[[Node], Node]) -> Node:
        """A product with one or two factors that move, or a sum of such."""
        if node.op != "mul":
            return self.averaged(node, written)
        coefficient, scalars, chain = parts_of(node)
        moving = [s for s in scalars if self._moves(s)]
        still = product(coefficient, [s for s in scalars if not self._moves(s)], [])
        places = [k for k, factor in enumerate(chain) if self._moves(factor)]
        if moving:
            is_pair = len(moving) == 2 and all(self._affine(s) is not None for s in moving)
            if is_pair and not places:
                rest = product(coefficient, [s for s in scalars if s not in moving], chain)
                return multiply(rest, written(multiply(*moving)))
            if places or len(moving) != 1:
                raise self._refusal(node)
            rest = product(coefficient, [s for s in scalars if s is not moving[0]], chain)
            return multiply(rest, self.averaged(moving[0], written))
        if len(places) == 1:
            (k,) = places
            inner = self.averaged(chain[k], written)
            return multiply(still, *chain[:k], inner, *chain[k + 1 :])
        if len(places) != 2 or any(self._affine(chain[k]) is None for k in places):
            raise self._refusal(node)
        first, last = places
        core = multiply(*chain[first : last + 1])
        return multiply(still, *chain[:first], written(core), *chain[last + 1 :])

    def _of_hadamard(self, node: Node, written: Callable[[Node], Node]) -> Node:
        moving = [arg for arg in node.args if self._moves(arg)]
        if len(moving) != 1:
            raise self._refusal(node)
        inner = self.averaged(moving[0], written)
        return hadamard(*(inner if arg is moving[0] else arg for arg in node.args))

    def _of_power(self, node: Node, written: Callable[[Node], Node]) -> Node:
        base, exponent = node.args
        if exponent is number(2) and base.op == "norm2":
            inner = base.args[0]
            squared = transpose(inner) @ inner
            return self.averaged(squared if inner.shape[1] == 1 else trace(squared), written)
        if exponent is number(2) and base.is_scalar and self._affine(base) is not None:
            return written(node)
        raise self._refusal(node)

    def is_affine(self, node: Node) -> bool:
        """Whether the node is an affine function of the value."""
        return self._affine(node) is not None

    def spread_origin(self) -> str:
        """Where the covariance of the value comes from."""
        return self._spread({})[1]

    # --- means of cores -----------------------------------------------------------------

    def _is_exponential(self, node: Node) -> bool:
        """Whether the node is exp of an affine function, and the value is a statistic."""
        is_exp = node.op == "map" and node.data == "exp" and node.is_scalar
        has_total = self.kernel is not None and self.kernel.has_linear
        return is_exp and has_total and self.is_affine(node.args[0])

    def _exponential(self, core: Node) -> VectorMean:
        """``E exp(b'x + c) = exp(c) Z(eta + b) / Z(eta)``."""
        found = self._affine(core.args[0])
        assert found is not None and self.kernel is not None
        parts = facing(found, False).parts
        slope = transpose(add(*(product_of(L, R) or number(1) for L, _, R in parts)))
        shift = elementwise("exp", found.constant)
        if self.kernel.name in {"categorical", "multinomial"}:  # exp(log p + b) sums to p'exp(b)
            *trials, p = self.law.values
            once = dot(p, elementwise("exp", slope))
            whole = power(once, trials[0]) if trials else once
            return VectorMean(settled(multiply(shift, whole)), RATIO)
        natural, meanings = self.natural()
        if self.kernel.name != "gaussian_vector":
            there = self.kernel.log_total(meanings[natural[0]] + slope)
            here = with_lengths(self.kernel.log_total(meanings[natural[0]]), *self.law.values)
            return VectorMean(settled(shift * elementwise("exp", there - here)), RATIO)
        b = symbol("b", self.value.shape)
        while b in self.value.symbols | core.symbols:
            b = symbol(b.name + "_", b.shape)
        log_total = self.kernel.log_total(*natural)
        moved = substituted(log_total, {**meanings, natural[0]: meanings[natural[0]] + b})
        exponent = settled(moved - substituted(log_total, meanings))
        read = quadratic_about(exponent, b, zero(b.shape))
        assert read is not None
        opened = read.value + read.slope.T @ b + b.T @ read.curvature @ b
        there = settled(substituted(opened, {b: slope}) + found.constant)
        return VectorMean(elementwise("exp", there), RATIO)

    def _mean(self, core: Node) -> VectorMean:
        if self._is_exponential(core):
            return self._exponential(core)
        if core in self._known:
            fact = self._known[core]
            values = self.law.values
            return VectorMean(settled(fact.mean(*values)), fact.origin, fact.requires(*values))
        if core in self._statistics:
            return VectorMean(self._statistics[core], GRADIENT)
        if core.op == "pow":
            return self._second([core.args[0], core.args[0]], [])
        _, scalars, chain = parts_of(core)
        ends = chain or scalars
        return self._second([ends[0], ends[-1]], ends[1:-1])

    def _second(self, ends: Sequence[Node], between: Sequence[Node]) -> VectorMean:
        """``E[f A g]`` of two affine factors: the product of the means plus the covariance."""
        left, right = (self._affine(end) for end in ends)
        assert left is not None and right is not None
        requires: dict[Relation, None] = {}

        def written(core: Node) -> Node:
            found = self.mean(core)
            requires.update(dict.fromkeys(found.requires))
            return found.value

        means = [settled(self.averaged(end, written)) for end in ends]
        terms = [multiply(means[0], *between, means[1])]
        second, origin = self._spread(requires)
        if all(end.is_scalar for end in ends):  # u v = u v', so that x stands beside x'
            left, right = facing(left, False), facing(right, True)
        for L, turned, R in left.parts:
            for L2, turned2, R2 in right.parts:
                inside = [x for x in (R, *between, L2) if x is not None]
                length = self.value.shape[0 if turned else 1]
                A = multiply(*inside) if inside else eye(length)
                middle = second(turned, A, turned2, *self.law.values)
                outside = [x for x in (L, middle, R2) if x is not None]
                terms.append(multiply(*outside))
        value = settled(add(*terms))
        return VectorMean(value, origin, tuple(requires))

    def _spread(self, requires: dict[Relation, None]) -> tuple[Callable[..., Node], str]:
        """How the value varies about its mean."""
        for fact in SPREAD_FACTS:
            if fact.law == self.law.name:
                requires.update(dict.fromkeys(fact.requires(*self.law.values)))
                return fact.second, f"{SECOND}: {fact.origin}"
        if self.kernel is None or not self.kernel.has_linear:
            raise NoClosedFormError(
                f"no second moments are known of a value distributed as {self.law!r}"
            )
        covariance = self._covariance()

        def second(left: bool, A: Node, right: bool, *parameters: Node) -> Node:
            return trace(A @ covariance) if left else multiply(A, covariance)

        return second, f"{SECOND}: second derivative of log Z"

    def _covariance(self) -> Node:
        """The second derivative of log Z by the natural parameter of the value."""
        assert self.kernel is not None
        natural, meanings = self.natural()
        given = self.law_natural[: self.kernel.given]
        log_total = self.kernel.log_total(*given, *natural)
        (gradient,) = gradients_of(log_total, [natural[0]]).results
        trace_of = jacobian_trace(settled(gradient), natural[0])
        ((_, jacobian),) = trace_of.results
        known = dict(trace_of.definitions[1:])
        return self._at(substituted(jacobian, known), meanings)

    # --- statistics -----------------------------------------------------------------------

    @property
    def law_natural(self) -> tuple[Node, ...]:
        """The natural parameters as the law has them."""
        found: tuple[Node, ...] = type(self.law).natural(*self.law.values)  # type: ignore[attr-defined]
        return found

    def natural(self) -> tuple[tuple[Node, ...], dict[Node, Node]]:
        """Letters for the natural parameters, and what they stand for."""
        assert self.kernel is not None
        letters = self.kernel.natural(self.value.shape)
        taken = {s.name for v in self.law.values for s in v.symbols}
        fresh = tuple(_renamed(letter, taken) for letter in letters)
        return fresh, dict(zip(fresh, self.law_natural[self.kernel.given :], strict=True))

    def _read_statistics(self) -> dict[Node, Node]:
        """The mean of each statistic of the kernel: the gradient of the log total."""
        if self.kernel is None:
            return {}
        natural, meanings = self.natural()
        given = self.law_natural[: self.kernel.given]
        log_total = self.kernel.log_total(*given, *natural)
        gradients = gradients_of(log_total, list(natural)).results
        statistics = self.kernel.statistics(self.value)
        return {
            statistic: self._at(gradient if sign > 0 else -gradient, meanings)
            for (sign, statistic), gradient in zip(statistics, gradients, strict=True)
        }

    def _at(self, node: Node, meanings: dict[Node, Node]) -> Node:
        """A node in the natural parameters, at those of the law."""
        here = settled(substituted(settled(node), meanings))
        if self.kernel is not None and self.kernel.name == "sphere":
            mu, kappa = self.law.values
            return along_direction(here, mu, kappa)
        return settled(without_softmax(opened_logdets(here)))

    def _affine(self, node: Node) -> Affine | None:
        """The node as an affine function of the value; None where it is none."""
        if not self._moves(node):
            return Affine((), node)
        if node is self.value:
            return Affine(((None, False, None),), zero(node.shape))
        if node.op == "transpose":
            inner = self._affine(node.args[0])
            if inner is None:
                return None
            turned = tuple((turn(R), not t, turn(L)) for L, t, R in inner.parts)
            return Affine(turned, transpose(inner.constant))
        if node.op == "add":
            found = [self._affine(arg) for arg in node.args]
            if any(part is None for part in found):
                return None
            whole = [part for part in found if part is not None]
            parts = tuple(p for part in whole for p in part.parts)
            return Affine(parts, add(*(part.constant for part in whole)))
        if node.op == "mul":
            return self._affine_product(node)
        return None

    def _affine_product(self, node: Node) -> Affine | None:
        coefficient, scalars, chain = parts_of(node)
        places = [k for k, factor in enumerate(chain) if self._moves(factor)]
        moving = [s for s in scalars if self._moves(s)]
        if len(moving) == 1 and not places and not chain:
            rest = product(coefficient, [s for s in scalars if s is not moving[0]], [])
            inner = self._affine(moving[0])
            if inner is None:
                return None
            scaled = tuple((product_of(rest, L), turned, R) for L, turned, R in inner.parts)
            return Affine(scaled, multiply(rest, inner.constant))
        if len(places) != 1 or moving:
            return None
        (k,) = places
        inner = self._affine(chain[k])
        if inner is None:
            return None
        outer = product(coefficient, scalars, [])
        before, after = chain[:k], chain[k + 1 :]
        parts = tuple(
            (product_of(outer, *before, L), turned, product_of(R, *after))
            for L, turned, R in inner.parts
        )
        return Affine(parts, multiply(outer, *before, inner.constant, *after))

    def _refusal(self, node: Node) -> NoClosedFormError:
        return NoClosedFormError(
            f"no closed form is known for E[{node!r}] under {self.law!r}\n"
            f"  known    : means of linear and quadratic functions of the value, and of the "
            f"statistics of its family"
        )


def _renamed(letter: Node, taken: set[str]) -> Node:
    name = letter.name
    while name in taken:
        name += "_"
    return symbol(name, letter.shape, letter.facts)
