"""Equations ``E = 0``: what of them may be divided out, and a solution with its lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.engine.facts import with_facts
from derive.engine.fusion import numeric_power
from derive.engine.naming import substituted
from derive.engine.normal import tidy
from derive.engine.products import times
from derive.engine.rebuilding import rebuild
from derive.engine.stationary.rank import is_singular_by_shape
from derive.errors import DomainError, NoClosedFormError
from derive.language.canonical import same
from derive.language.expression import (
    Node,
    add,
    chain_of,
    elementwise_power,
    inverse,
    number,
    product,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import hadamard, postorder
from derive.language.properties import is_invertible, is_nonzero, is_positive_definite
from derive.language.relations import Condition, Relation, Words
from derive.steps import Step


class OpenEquationError(NoClosedFormError):
    """No closed form is known for a variable; the equations are for the reader to see."""

    def __init__(self, equations: Mapping[Node, Node]):
        self.equations = dict(equations)
        self.variable, self.equation = next(iter(equations.items()))
        super().__init__(f"no closed form is known for {self.variable.name}: {self.equation!r} = 0")


class SeveralRootsError(NoClosedFormError):
    """An equation in one variable has several roots, and no fact chooses."""

    def __init__(self, variable: Node, roots: Sequence[Node], kinds: Sequence[str] = ()):
        said = [f" ({kind})" for kind in kinds] or [""] * len(roots)
        shown = ", ".join(f"{root!r}{kind}" for root, kind in zip(roots, said, strict=True))
        super().__init__(
            f"there are up to {len(roots)} stationary points: {variable.name} = {shown}\n"
            f"  to fix   : declare more of {variable.name} and of the data, such as their signs"
        )
        self.variable, self.roots = variable, tuple(roots)


@dataclass(frozen=True)
class Solved:
    """The solution of one equation.

    Attributes
    ----------
    variable, value : Node
        What was solved for, and its value, free of it.
    steps : tuple of Step
        Relations, each true at the solution; the last one gives the value.
    unique : tuple of Relation
        What makes this the only solution, where that is not certain.
    needs : tuple of (condition, matrix)
        What makes a matrix that was inverted invertible, said in other words.
    """

    variable: Node
    value: Node
    steps: tuple[Step, ...]
    unique: tuple[Relation, ...] = ()
    needs: tuple[tuple[Condition, Node], ...] = ()


@dataclass(frozen=True)
class Block:
    """One elimination: a gradient that was set to zero, and the solution of the equation.

    `place` is the variable of the gradient, as a rule the one that was solved for.
    """

    place: Node
    gradient: Node
    solved: Solved


class Simplifier:
    """Normal forms with the declared facts in them; nodes in `kept` stay as written."""

    def __init__(self, kept: Collection[Node] = frozenset()):
        self.kept = kept

    def __call__(self, node: Node) -> Node:
        found = tidy(with_facts(tidy(node, self.kept), self.kept)[0], self.kept)
        folded = _with_folded_powers(found)
        return found if folded is found else tidy(folded, self.kept)


simplified = Simplifier()


def _with_folded_powers(node: Node) -> Node:
    """``1/(1/n)`` as ``n`` where ``n`` is certainly not zero."""
    done: dict[Node, Node] = {}
    for part in postorder(node):
        again = rebuild(part, [done[arg] for arg in part.args])
        done[part] = _folded_power(again)
    return done[node]


def _folded_power(node: Node) -> Node:
    if node.op != "pow" or not node.args[1].is_number:
        return node
    base, outer = node.args[0], node.args[1].data
    if base.op != "pow" or not base.args[1].is_number or not is_nonzero(base.args[0]):
        return node
    inner = base.args[1].data
    if inner.denominator != 1 or outer.denominator != 1:
        return node
    return elementwise_power(base.args[0], number(inner * outer))


def put_in(node: Node, values: Mapping[Node, Node], simplify: Simplifier = simplified) -> Node:
    """The node at these values of the unknowns, simplified.

    Raises
    ------
    DomainError
        The node is not defined there.
    """
    try:
        return simplify(substituted(node, values))
    except ZeroDivisionError:
        found = ", ".join(f"{x.name} = {value!r:.80}" for x, value in values.items())
        raise DomainError(
            f"no stationary point: {node!r:.80} is not defined at {found}, where alone the "
            f"gradient could be 0"
        ) from None


def joined_lines(steps: Sequence[Step], more: Sequence[Step]) -> list[Step]:
    """The lines of both, where the first of the second may say what was just said."""
    if steps and more and _say_the_same(steps[-1], more[0]):
        more = more[1:]
    return [*steps, *more]


def _say_the_same(one: Step, other: Step) -> bool:
    first, second = one.after, other.after
    if not (isinstance(first, Relation) and isinstance(second, Relation)):
        return False
    return first.right is second.right and (
        first.left is second.left or tidy(first.left) is tidy(second.left)
    )


def equals_zero(node: Node) -> Relation:
    """``node = 0``, of the shape of the node."""
    return Relation(node, "=", zero(node.shape))


def is_never_zero(node: Node) -> bool:
    """Whether a node is certainly not zero as a whole."""
    return is_nonzero(node) or (not node.is_scalar and is_invertible(node))


@dataclass(frozen=True)
class Cleared:
    """An equation without what may be divided out of it.

    Attributes
    ----------
    equation : Node
        The left side; the right one is zero.
    divided : tuple of Node
        Factors divided out: scalars that are not zero, square matrices.
    unique : tuple of Relation
        Which of them must be invertible for no solution to be lost.
    implied : tuple of Node
        Scalar factors left out, which are zero only where the rest is.
    """

    equation: Node
    divided: tuple[Node, ...] = ()
    unique: tuple[Relation, ...] = ()
    implied: tuple[Node, ...] = ()


def cleared(equation: Node, variable: Node) -> Cleared:
    """Divide scalars and square matrices out of a product that is zero.

    Every solution of what is left solves the equation; the converse needs ``unique``.
    A factor that holds the variable is divided out only where it is certainly invertible, or
    where it is zero only at zeros of what is left: ``|x|^2 x = 0`` says ``x = 0``.
    """
    _, scalars, chain = split_product(equation)
    if scalars == (equation,):
        return Cleared(equation)
    divided: list[Node] = []
    unique: list[Relation] = []
    implied: list[Node] = []
    kept: list[Node] = []
    matrices = list(chain)
    for scalar in scalars:
        if _vanishes_only_with(scalar, chain):
            implied.append(scalar)
        elif is_nonzero(scalar) or variable not in scalar.symbols:
            divided.append(scalar)
            if not is_nonzero(scalar):
                unique.append(Relation(scalar, "!=", number(0)))
        else:
            kept.append(scalar)
    for end in (0, -1):
        while len(matrices) > 1 and _may_go(matrices[end], variable):
            factor = matrices.pop(end)
            divided.append(factor)
            if not is_invertible(factor):
                unique.append(Relation(factor, "is", Words("invertible")))
    if len(matrices) == 1 and matrices[0].op == "had":
        matrices, entries = _without_nonzero_entries(matrices[0])
        divided += entries
    if not kept and not matrices:
        kept = [number(1)]
    rest = product(Fraction(1), kept, matrices)
    return Cleared(rest, tuple(divided), tuple(unique), tuple(implied))


def _without_nonzero_entries(node: Node) -> tuple[list[Node], list[Node]]:
    """What is left of a product entry by entry, and its factors that have no entry 0."""
    entries = [arg for arg in node.args if is_nonzero(arg)]
    rest = [arg for arg in node.args if not is_nonzero(arg)]
    if not rest or not entries:
        return [node], []
    return [hadamard(*rest)], entries


def _vanishes_only_with(scalar: Node, chain: Sequence[Node]) -> bool:
    """Whether a scalar, ``|u|^2`` or a definite ``u'Pu``, is zero only where a chain's end u is."""
    if not chain:
        return False
    base, exponent = numeric_power(scalar)
    if base.op == "norm2":
        if exponent.denominator != 1 or exponent % 2:  # an odd power has a kink
            return False
        (inside,) = base.args
    else:
        factors = chain_of(base) if base.is_scalar else ()
        is_form = len(factors) == 3 and factors[0] is transpose(factors[2])
        is_square = len(factors) == 2 and factors[0] is transpose(factors[1])
        if not is_square and not (is_form and is_positive_definite(factors[1])):
            return False
        inside = factors[-1]
    return exponent > 0 and same(inside, chain[-1])


def _may_go(factor: Node, variable: Node) -> bool:
    """Whether a factor at the end of a product may be divided out."""
    if factor.shape[0] != factor.shape[1] or is_singular_by_shape(factor):
        return False
    return is_invertible(factor) or variable not in factor.symbols


def multiplied(equation: Node, variable: Node, simplify: Simplifier) -> tuple[Node, Words] | None:
    """The equation times the variable from the sides on which its inverse stands."""
    if variable.is_scalar or variable.shape[0] != variable.shape[1]:
        return None
    for X in (variable, transpose(variable)):
        found = _multiplied_by(equation, X, simplify)
        if found is not None:
            return found
    return None


def _multiplied_by(equation: Node, X: Node, simplify: Simplifier) -> tuple[Node, Words] | None:
    inverted = inverse(X)
    terms = equation.args if equation.op == "add" else (equation,)
    chains = [split_product(term)[2] for term in terms]
    left = any(chain and chain[0] is inverted for chain in chains)
    right = any(len(chain) > 1 and chain[-1] is inverted for chain in chains)
    if not left and not right:
        return None
    moved = list(terms)
    if left:
        moved = [times(X, term) for term in moved]
    if right:
        moved = [times(term, X) for term in moved]
    result = simplify(add(*moved))
    if inverted in postorder(result):
        return None
    side = "both sides" if left and right else "the left" if left else "the right"
    return result, Words(f"multiply by {{0}} from {side}", (X,))
