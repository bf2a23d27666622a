"""Functions of an orthogonal matrix that are constant plus linear on the orthogonal matrices.

With ``Q'Q = QQ' = I`` the terms ``<Q, A Q>`` and ``<Q, Q B>`` are the constants ``tr A`` and
``tr B``, so the function is a constant minus ``tr(Q'M)``.  With ``M = U S V'`` the trace is
``tr(S V'Q'U) <= tr S``, with equality at ``Q = U V'``, the orthogonal polar factor of ``M``:
the Procrustes problem (schonemann1966).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.engine.affine import affine
from derive.engine.gradient import free_name
from derive.engine.naming import substituted
from derive.engine.stationary.equation import Simplifier
from derive.engine.stationary.rank import is_singular_by_shape
from derive.engine.stationary.sandwiches import sandwiches
from derive.errors import NoClosedFormError, NoRuleError
from derive.language.expression import (
    Node,
    eye,
    is_zero,
    negative,
    product,
    split_product,
    symbol,
)
from derive.language.functions import norm2, trace
from derive.language.properties import is_positive
from derive.language.relations import Relation, Words
from derive.language.sizes import Shape
from derive.language.spectral import nucnorm, polar
from derive.steps import Step


@dataclass(frozen=True)
class Factor:
    """The orthogonal matrix at which the function is least, and the lines that lead there.

    Attributes
    ----------
    value, matrix : Node
        On the orthogonal matrices the function is a constant minus a positive multiple of
        ``tr(Q' matrix)``, and `value` is the orthogonal factor of `matrix`.
    steps : tuple of Step
    general : tuple of Relation
        What is true of every orthogonal matrix: the form of the function, and its bound.
    """

    value: Node
    matrix: Node
    steps: tuple[Step, ...]
    general: tuple[Relation, ...]


def orthogonal_factor(
    function: Node, name: Node, gradient: Node, variable: Node, simplify: Simplifier
) -> Factor:
    """Find where a function of an orthogonal matrix is least.

    Raises
    ------
    NoClosedFormError
        The function is constant or not linear on the orthogonal matrices.
    """
    slope = simplify(negative(_constant_part(gradient, variable)))
    if is_zero(slope):
        raise NoClosedFormError(
            f"the function is constant on the orthogonal matrices {variable.name}: every one is "
            f"stationary"
        )
    scale, matrix = _parted(slope)
    if is_singular_by_shape(matrix):
        raise NoClosedFormError(
            f"{matrix!r:.200} has no inverse by its shape, so several orthogonal {variable.name} "
            f"give the least value: every U*V' of its singular value decomposition U*S*V', with "
            f"{'the opposite' if scale < 0 else 'the same'} sign"
        )
    factor = matrix / norm2(matrix) if matrix.is_vector else polar(matrix)
    value = factor if scale > 0 else simplify(negative(factor))
    part = trace(variable.T @ slope)
    bounded = trace(variable.T @ matrix)
    bound = norm2(matrix) if matrix.is_vector else nucnorm(matrix)
    inequality = "Cauchy-Schwarz" if matrix.is_vector else "trace inequality"
    said = Words("equality at the direction of {0}", (matrix if scale > 0 else negative(matrix),))
    if not matrix.is_vector:
        said = _decomposed(function, variable, matrix, scale)
    steps = (
        Step(None, _stated(name, part), Words(_said_of(variable), (variable,))),
        Step(None, Relation(bounded, "<=", bound), inequality),
        Step(None, Relation(variable, "=", value), said),
    )
    least = substituted(function, {variable: value})
    general = [
        Relation(bounded, "<=", bound),
        Relation(least, "<=", function),
    ]
    if "orthogonal" in variable.facts:  # the identity is one
        at_one = substituted(function + part, {variable: eye(variable.shape[0])})
        general.insert(0, Relation(function + part, "=", at_one))
    return Factor(value, matrix, steps, tuple(general))


def fact_of(variable: Node) -> str:
    """What a variable is: the strongest of its facts."""
    return next(fact for fact in ("orthogonal", "unit", "orthonormal") if fact in variable.facts)


def _said_of(variable: Node) -> str:
    return "{0} has length one" if variable.is_vector else f"{{0}} is {fact_of(variable)}"


def kind_of(variable: Node) -> str:
    """What a variable is, as a noun."""
    return "unit vector" if variable.is_vector else f"{fact_of(variable)} matrix"


def _decomposed(function: Node, variable: Node, matrix: Node, scale: int) -> Words:
    """The singular value decomposition that gives the bound, and where it is attained."""
    square = (variable.shape[1], variable.shape[1])
    shapes = zip("USV", (variable.shape, square, square), strict=True)
    U, S, V = (_letter(function, variable, letter, shape) for letter, shape in shapes)
    factor = U @ V.T if scale > 0 else negative(U @ V.T)
    words = "{1} = {2} by singular values; equality at {0}"
    return Words(words, (factor, matrix, U @ S @ V.T))


def _parted(node: Node) -> tuple[int, Node]:
    """The sign of what scales a matrix where it is sure, and the matrix without that."""
    coefficient, scalars, chain = split_product(node)
    kept = [scalar for scalar in scalars if not is_positive(scalar)]
    return (1 if coefficient > 0 else -1), product(Fraction(1), kept, chain)


def _letter(function: Node, variable: Node, letter: str, shape: Shape) -> Node:
    """A name for a factor of the singular value decomposition that nothing else has."""
    name = free_name(function, (variable,), (letter, f"{letter}_0", f"{letter}_1"))
    return symbol(name, shape)


def _stated(name: Node, part: Node) -> Words:
    """The function as a constant and its linear part."""
    if split_product(part)[0] < 0:
        return Words("{0} is a constant plus {1}", (name, negative(part)))
    return Words("{0} is a constant minus {1}", (name, part))


def _constant_part(gradient: Node, variable: Node) -> Node:
    """The gradient at 0, if what is linear in the variable drops out on orthogonal matrices."""
    refusal = NoClosedFormError(
        f"no closed form is known for {variable.name} among what is {fact_of(variable)}: "
        f"the function is not a constant plus a linear function of it\n"
        f"  gradient : {gradient!r:.200}"
    )
    try:
        form = affine(gradient, (variable,))
    except NoRuleError:
        raise refusal from None
    terms = sandwiches(form.terms)
    if terms is None:
        raise refusal
    for term in terms:
        sides = [term.left] if variable.shape[0] != variable.shape[1] else [term.left, term.right]
        if term.is_turned or "eye" not in map(_core, sides):  # Q'QB is B; Q'AQ is not A
            raise refusal
    return form.constant


def _core(node: Node) -> str:
    """The operator of what is left of a node without its scalars."""
    return node.args[-1].op if node.op == "mul" and node.args[0].is_scalar else node.op
