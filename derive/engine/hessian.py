"""The trace of second derivatives: the gradient, its differential, the blocks read off.

The gradient comes from the sweep, its differential from forward mode on the same rules.
A block of columns is a matrix; where a matrix is among the variables the answer is the
linear map from the differentials of all variables to the differential of each gradient.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from derive.engine.distribution import distributed
from derive.engine.facts import with_facts
from derive.engine.forward import Differentiated, differentiate
from derive.engine.gradient import Gradients, gradients_of, joined
from derive.engine.index.tensor import NoMatrixFormError
from derive.engine.jacobian import finished, forward_lines, matrix_in, stacked_step
from derive.engine.normal import Tidier
from derive.language.canonical import is_symmetric, length
from derive.language.expression import Node, multiply, transpose
from derive.language.functions import (
    differential,
    hessian_block_by_name,
    hessian_by_name,
    nabla,
    postorder,
)
from derive.language.relations import Words
from derive.steps import Step, Trace

LONGEST_EVEN = 3  # times the length: what an even form may cost at most


@dataclass(frozen=True)
class SecondOrder:
    """A trace of second derivatives and what its lines and results are claims about.

    Attributes
    ----------
    trace : Trace
    gradients : tuple of (variable, gradient)
        The first derivatives before declared facts enter, free of names.
    blocks : tuple of (row variable, column variable, matrix)
        Empty where the answer is a linear map.
    maps : tuple of (variable, differential of its gradient)
        In differentials of the variables; empty where the answer is in blocks.
    """

    trace: Trace
    gradients: tuple[tuple[Node, Node], ...]
    blocks: tuple[tuple[Node, Node, Node], ...]
    maps: tuple[tuple[Node, Node], ...]


def second_order(function: Node, variables: Sequence[Node]) -> SecondOrder:
    """Derive the second derivatives of a scalar in some symbols.

    Raises
    ------
    ShapeError
        `function` is not a scalar, or a variable is not a symbol.
    NoRuleError
        A node of `function`, or of its gradient, has no differential.
    """
    first = gradients_of(function, variables)
    gradients = tuple(zip(variables, first.free, strict=True))
    run = _Run(function, variables, first)
    try:
        if run.is_in_blocks:
            return run.in_blocks(gradients)
    except NoMatrixFormError:
        run.drop_blocks()
    return run.in_maps(gradients)


class _Run:
    """The second derivatives of one function."""

    def __init__(self, function: Node, variables: Sequence[Node], first: Gradients):
        self.function = function
        self.variables = tuple(variables)
        self.name = first.name
        self.gradients = first.results
        self.kept = frozenset(postorder(function, *first.free))
        self.steps: list[Step] = list(first.steps)
        self.found: list[Differentiated] = []
        self.lines_before_blocks = 0
        for variable, gradient in zip(self.variables, first.free, strict=True):
            found = differentiate(gradient, self.variables)
            self.found.append(found)
            left = differential(nabla(self.name, variable, len(self.variables) > 1))
            self.steps += forward_lines(found, left, self.variables)

        self.lines_before_blocks = len(self.steps)

    def drop_blocks(self) -> None:
        """Forget the lines of blocks: one of them has no matrix form."""
        del self.steps[self.lines_before_blocks :]

    @property
    def is_in_blocks(self) -> bool:
        """Whether every block is a matrix."""
        return all(variable.shape[1] == 1 for variable in self.variables)

    def in_blocks(self, gradients: tuple[tuple[Node, Node], ...]) -> SecondOrder:
        """Every block as a matrix; those below the diagonal are transposes."""
        blocks: dict[tuple[Node, Node], Node] = {}
        for k, row in enumerate(self.variables):
            for column in self.variables[k:]:
                blocks[row, column] = self.block(self.found[k], row, column)
        for row, column in list(blocks):
            if row is not column:
                blocks[column, row] = self.mirrored(blocks[row, column], row, column)
        ordered = [(x, y, blocks[x, y]) for x in self.variables for y in self.variables]
        results = [(_result_name(x, y), block) for x, y, block in ordered]
        lefts = [self.by_name(x, y) for x, y, _ in ordered]
        return SecondOrder(self.finished(results, lefts), gradients, tuple(ordered), ())

    def finished(
        self,
        results: Sequence[tuple[str, Node]],
        lefts: Sequence[Node],
        moving: Sequence[Node] = (),
    ) -> Trace:
        """The whole trace."""
        return finished(
            "Hessian",
            self.function,
            self.name,
            self.variables,
            self.steps,
            results,
            lefts,
            before=self.gradients,
            moving=moving,
            order=2,
        )

    def block(self, found: Differentiated, row: Node, column: Node) -> Node:
        """One block, its lines appended to the steps."""
        matrix = matrix_in(found, column, self.kept)
        if row is column:
            matrix = even(matrix, Tidier(self.kept), self.kept)
        left = self.by_name(row, column)
        self.collect(found, matrix, column)
        self.steps.append(Step(left, matrix, self.reading(left, row, column)))
        result, facts = with_facts(matrix, self.kept)
        if result is not matrix:
            self.steps.append(Step(matrix, result, joined(facts)))
        return result

    def by_name(self, row: Node, column: Node) -> Node:
        """The left side of the line that states a block."""
        if len(self.variables) == 1:
            return hessian_by_name(self.name, row)
        return hessian_block_by_name(self.name, row, column)

    def mirrored(self, block: Node, row: Node, column: Node) -> Node:
        """The block below the diagonal: mixed derivatives are equal."""
        turned = Tidier(self.kept)(transpose(block))
        words = Words("transpose of {0}", (self.by_name(row, column),))
        self.steps.append(Step(self.by_name(column, row), turned, words))
        return turned

    def collect(self, found: Differentiated, matrix: Node, variable: Node) -> None:
        """The line with the differential of the one variable at the end."""
        d = differential(variable)
        collected = multiply(matrix, d)
        last = self.steps[-1].after
        if len(self.variables) > 1 or variable.is_scalar or not isinstance(last, Node):
            return
        if last is found.differential and collected is not last and d in postorder(last):
            self.steps.append(Step(last, collected, Words("collect {0}", (d,))))

    def reading(self, left: Node, row: Node, column: Node) -> Words:
        """How a block is read off."""
        d = differential(column)
        if len(self.variables) > 1:
            return Words("read off before {0}", (d,))
        return Words("read off {0} = {1}", (differential(nabla(self.name, row)), left @ d))

    def in_maps(self, gradients: tuple[tuple[Node, Node], ...]) -> SecondOrder:
        """The differential of each gradient as a map of the differentials."""
        maps, results = [], []
        for (variable, _), found in zip(gradients, self.found, strict=True):
            result, facts = with_facts(found.differential, self.kept)
            if result is not found.differential:
                self.steps.append(Step(found.differential, result, joined(facts)))
            if len(self.variables) == 1:
                left = differential(nabla(self.name, variable))
                self.steps += stacked_step(left, result, variable, self.kept)
            maps.append((variable, result))
            results.append((f"hessian_{variable.name}", result))
        several = len(self.variables) > 1
        lefts = [differential(nabla(self.name, x, several)) for x in self.variables]
        trace = self.finished(results, lefts, self.variables)
        return SecondOrder(trace, gradients, (), tuple(maps))


def _result_name(row: Node, column: Node) -> str:
    if row is column:
        return f"hessian_{row.name}"
    return f"hessian_{row.name}_{column.name}"


def even(matrix: Node, tidy: Tidier, kept: Collection[Node]) -> Node:
    """A second derivative in a form that shows its symmetry, if that is not much longer.

    Sums of the question, and sums that are symmetric themselves, are not taken apart.
    """
    if is_symmetric(matrix):
        return matrix
    limit = LONGEST_EVEN * length(matrix)
    spared: set[Node] = set()

    def is_spared(sum_: Node) -> bool:
        if sum_ in kept or is_symmetric(sum_):
            spared.add(sum_)
        return sum_ in spared

    forms = [tidy(distributed(matrix, is_spared))]
    if spared:
        forms.append(tidy(distributed(matrix, lambda sum_: False)))
    fitting = [form for form in forms if is_symmetric(form) and length(form) <= limit]
    return min(fitting, key=length, default=matrix)
