"""Equations that are affine in the unknown: ``H x = c``, ``A X B = C``, ``A X + X B = C``.

The linear part is read off the expression, nothing is guessed.  A matrix equation of no
simpler form is stacked: ``vec(A X B) = (B' (x) A) vec(X)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.engine.affine import Affine, affine
from derive.engine.products import positive_first, times
from derive.engine.stationary.equation import Simplifier, Solved
from derive.engine.stationary.rank import is_singular_by_shape
from derive.engine.stationary.sandwiches import (
    Sandwich,
    column_matrix,
    entrywise_weights,
    sandwiches,
    stacked_matrix,
)
from derive.errors import NoRuleError
from derive.language.canonical import same
from derive.language.expression import (
    Node,
    add,
    elementwise_power,
    eye,
    inverse,
    is_zero,
    multiply,
    negative,
    number,
    power,
    product,
    split_product,
    transpose,
    zero,
)
from derive.language.functions import determinant, hadamard, hadamard_quotient, total
from derive.language.kronecker import kron, unvec, vec
from derive.language.properties import (
    is_invertible,
    is_nonzero,
    is_positive_definite,
    is_positive_semidefinite,
)
from derive.language.relations import Condition, Relation, Words
from derive.steps import Step


def solve_affine(equation: Node, variable: Node, simplify: Simplifier) -> Solved | None:
    """The solution of ``equation = 0`` if it is affine in the variable and has a closed form."""
    try:
        form = affine(equation, (variable,))
    except NoRuleError:
        return None
    if not form.terms:
        return None
    right = simplify(negative(form.constant))
    if variable.shape[1] == 1:
        return _column(form, variable, right, simplify)
    return _matrix(form, variable, right, simplify)


def _column(form: Affine, variable: Node, right: Node, simplify: Simplifier) -> Solved | None:
    """``H x = c``."""
    matrix = column_matrix(form.terms, simplify)
    if matrix is None or not may_be_inverted(matrix):
        return None
    if _reads_negative(matrix):
        matrix, right = simplify(negative(matrix)), simplify(negative(right))
    right = _positive_first(right)
    left = _applied(matrix, variable)
    steps = [Step(None, Relation(left, "=", right), _collect(variable))]
    value = divided_from_left(matrix, right, simplify)
    if left.op == "had":
        steps.append(_given(variable, value, ()))
    elif not _is_plain(matrix):
        steps.append(_given(variable, value, (matrix,)))
    elif left is not variable:
        steps.append(_given(variable, value, ()))
    return Solved(variable, value, tuple(steps), _unless_invertible(matrix, value))


def _applied(matrix: Node, variable: Node) -> Node:
    """``M x``, entry by entry where M is diagonal."""
    scale, core = scale_of(matrix)
    if core is None or core.op != "diag":
        return multiply(matrix, variable)
    return times(scale, hadamard(core.args[0], variable))


def _reads_negative(matrix: Node) -> bool:
    """Whether a matrix is better with the opposite sign: definite, or with a positive start."""
    if is_positive_semidefinite(matrix):
        return False
    first = matrix.args[0] if matrix.op == "add" else matrix
    return is_positive_semidefinite(negative(matrix)) or split_product(first)[0] < 0


def _unless_invertible(matrix: Node, value: Node) -> tuple[Relation, ...]:
    """``H x = 0`` has the solution 0 for every H, and others if H has no inverse."""
    if not is_zero(value) or is_invertible(matrix):
        return ()
    return (Relation(matrix, "is", Words("invertible")),)


def _matrix(form: Affine, variable: Node, right: Node, simplify: Simplifier) -> Solved | None:
    """``A X B = C``, ``A X + X B = C``, or the stacked system."""
    weights = entrywise_weights(form.terms, simplify)
    if weights is not None:
        return _entrywise(weights, variable, right, simplify)
    terms = sandwiches(form.terms, simplify)
    if terms is not None:
        terms = one_sided(terms, simplify)
    if terms is not None and len(terms) == 1:
        return _one_product(terms[0], variable, right, simplify)
    if terms is not None and len(terms) == 2 and (pair := _sylvester_pair(terms)) is not None:
        return _sylvester(*pair, variable, right, simplify)
    return _stacked(form, variable, right, simplify)


def _entrywise(weights: Node, variable: Node, right: Node, simplify: Simplifier) -> Solved | None:
    """``W .* X = C``; weights that are zero somewhere, as a mask is, leave X free there."""
    value = simplify(hadamard_quotient(right, weights))
    is_divided = value.symbols & weights.symbols
    if is_divided and _is_mask(weights):
        return None
    steps = (
        Step(None, Relation(hadamard(weights, variable), "=", right), _collect(variable)),
        _given(variable, value, ()),
    )
    is_unique = is_divided or is_nonzero(weights)
    unique = () if is_unique else (Relation(weights, "!=", number(0)),)
    return Solved(variable, value, steps, unique)


def _is_mask(weights: Node) -> bool:
    """Whether an entry of the weights is zero by what its symbols are declared to be."""
    masks = (s for s in weights.symbols if s.facts & {"binary", "onehot"})
    return any(masks) and not is_nonzero(weights)


def _collect(variable: Node) -> Words:
    return Words("collect {0}", (variable,))


def _one_product(
    term: Sandwich, variable: Node, right: Node, simplify: Simplifier
) -> Solved | None:
    """``A X B = C`` or ``A X' B = C``."""
    A, B = term.left, term.right
    if not (may_be_inverted(A) and may_be_inverted(B)):
        return None
    if _reads_negative(A):
        A, right = simplify(negative(A)), simplify(negative(right))
    right = _positive_first(right)
    X = transpose(variable) if term.is_turned else variable
    left = times(A, X, B)
    steps = [Step(None, Relation(left, "=", right), _collect(variable))]
    value = divided_from_right(divided_from_left(A, right, simplify), B, simplify)
    value = simplify(transpose(value)) if term.is_turned else value
    inverted = tuple(M for M in (A, B) if not _is_plain(M))
    if left is not variable:
        steps.append(_given(variable, value, inverted))
    return Solved(variable, value, tuple(steps))


def one_sided(terms: Sequence[Sandwich], simplify: Simplifier) -> tuple[Sandwich, ...]:
    """Products with the unknown at one end throughout as one: ``X B + lam X = X (B + lam I)``."""
    turned = {term.is_turned for term in terms}
    if len(terms) < 2 or len(turned) != 1:
        return tuple(terms)
    (is_turned,) = turned
    lefts, rights = ([scale_of(side) for side in sides] for sides in _sides(terms))
    if all(core is None for _, core in lefts):
        right = simplify(add(*(times(s, t.right) for (s, _), t in zip(lefts, terms, strict=True))))
        return (Sandwich(eye(terms[0].left.shape[0]), right, is_turned),)
    if all(core is None for _, core in rights):
        left = simplify(add(*(times(s, t.left) for (s, _), t in zip(rights, terms, strict=True))))
        return (Sandwich(left, eye(terms[0].right.shape[0]), is_turned),)
    return tuple(terms)


def _sides(terms: Sequence[Sandwich]) -> tuple[list[Node], list[Node]]:
    return [term.left for term in terms], [term.right for term in terms]


def _sylvester_pair(terms: Sequence[Sandwich]) -> tuple[Node, Node] | None:
    """``A`` and ``B`` of ``A X + X B``."""
    if any(term.is_turned for term in terms):
        return None
    for first, second in (terms, terms[::-1]):
        scale, core = scale_of(second.left)
        if first.right.op == "eye" and core is None:
            return first.left, times(scale, second.right)
    return None


def _sylvester(A: Node, B: Node, variable: Node, right: Node, simplify: Simplifier) -> Solved:
    """``A X + X B = C``: the Sylvester equation, solved by stacking columns."""
    rows, columns = variable.shape
    if split_product(A)[0] < 0:
        A, B, right = negative(A), negative(B), simplify(negative(right))
    right = _positive_first(right)
    left = add(multiply(A, variable), multiply(variable, B))
    matrix = add(kron(eye(columns), A), kron(transpose(B), eye(rows)))
    matrix = simplify(matrix)
    value = unvec(multiply(inverse(matrix), vec(right)), rows, columns)
    stacked = Relation(multiply(matrix, vec(variable)), "=", vec(right))
    steps = [
        Step(None, Relation(left, "=", right), "a Sylvester equation"),
        Step(None, stacked, "stack columns"),
        _given(variable, value, ()),
    ]
    return Solved(variable, value, tuple(steps), needs=_sylvester_needs(A, B, matrix))


def _sylvester_needs(A: Node, B: Node, matrix: Node) -> tuple[tuple[Condition, Node], ...]:
    """No eigenvalue of A is minus one of B: sure if both are psd and one of them is spd."""
    both = is_positive_semidefinite(A) and is_positive_semidefinite(B)
    if both and (is_positive_definite(A) or is_positive_definite(B)):
        return ()
    if both and same(A, B):
        return ((Relation(determinant(A), "!=", number(0)), matrix),)
    words = Words("no eigenvalue of {0} is minus an eigenvalue of {1}", (A, B))
    return ((words, matrix),)


def _stacked(form: Affine, variable: Node, right: Node, simplify: Simplifier) -> Solved | None:
    """``H vec(X) = vec(C)``."""
    parts = [stacked_matrix(term) for term in form.terms]
    if any(part is None for part in parts):
        return None
    matrix = simplify(add(*(part for part in parts if part is not None)))
    if not may_be_inverted(matrix):
        return None
    rows, columns = variable.shape
    value = unvec(multiply(inverse(matrix), vec(right)), rows, columns)
    stacked = Relation(multiply(matrix, vec(variable)), "=", vec(right))
    steps = (
        Step(None, stacked, "stack columns"),
        _given(variable, value, (matrix,)),
    )
    return Solved(variable, value, steps)


def divided_from_left(matrix: Node, right: Node, simplify: Simplifier) -> Node:
    """``M^-1 C``; a multiple of the identity and a diagonal matrix divide entry by entry."""
    if is_zero(right):
        return zero((matrix.shape[1], right.shape[1])) if not right.is_scalar else number(0)
    scale, core = scale_of(matrix)
    front = reciprocal(scale)
    if core is None:
        return simplify(times(front, right))
    if core.op == "diag" and right.shape[1] == 1:
        return simplify(times(front, hadamard_quotient(right, core.args[0])))
    return simplify(times(front, inverse(core), right))


def divided_from_right(left: Node, matrix: Node, simplify: Simplifier) -> Node:
    """``C M^-1``."""
    if is_zero(left):
        return left
    scale, core = scale_of(matrix)
    front = reciprocal(scale)
    return (
        simplify(times(front, left))
        if core is None
        else simplify(times(front, left, inverse(core)))
    )


def may_be_inverted(matrix: Node) -> bool:
    """Whether a matrix is square and not of low rank by its form, as ``c c'`` is."""
    return matrix.shape[0] == matrix.shape[1] and not is_singular_by_shape(matrix)


def scale_of(matrix: Node) -> tuple[Node, Node | None]:
    """A matrix as scalar times matrix; the matrix is None for a multiple of the identity."""
    if matrix.is_scalar:
        return matrix, None
    coefficient, scalars, chain = split_product(matrix)
    scale = product(coefficient, scalars, [])
    if len(chain) == 1 and chain[0].op == "eye":
        return scale, None
    return scale, product(Fraction(1), [], chain)


def is_reciprocal(node: Node) -> bool:
    """Whether a node is a power with a negative number."""
    return bool(node.op == "pow" and node.args[1].is_number and node.args[1].data < 0)


def _is_plain(matrix: Node) -> bool:
    """Whether a matrix is a multiple of the identity by a number or a certain scalar."""
    return scale_of(matrix)[1] is None


def reciprocal(scale: Node) -> Node:
    """One over a product of scalars, factor by factor."""
    coefficient, scalars, _ = split_product(scale)
    inverted = [
        elementwise_power(s.args[0], negative(s.args[1]))
        if is_reciprocal(s)
        else power(s, number(-1))
        for s in scalars
    ]
    return product(1 / coefficient, inverted, [])


def _positive_first(node: Node) -> Node:
    """A minus before a product goes into a sum among its factors: ``X'(y - m)``."""
    coefficient, scalars, chain = split_product(node)
    if node.op == "add":
        (turned,), sign = positive_first([node])
        return turned if sign > 0 else node
    totals = [k for k, s in enumerate(scalars) if s.op == "total" and s.args[0].op == "add"]
    if coefficient < 0 and totals:
        inside = list(scalars)
        (turned,), sign = positive_first([negative(inside[totals[0]].args[0])])
        inside[totals[0]] = total(turned)
        return product(-coefficient * sign, inside, chain)
    sums = [k for k, factor in enumerate(chain) if factor.op == "add"]
    if coefficient >= 0 or not sums:
        return node
    factors = list(chain)
    (turned,), sign = positive_first([negative(factors[sums[-1]])])
    factors[sums[-1]] = turned
    return product(-coefficient * sign, scalars, factors)


def _given(variable: Node, value: Node, inverted: Sequence[Node]) -> Step:
    """The line ``x = value``, and why what was inverted can be."""
    if not inverted:
        return Step(None, Relation(variable, "=", value), Words("solve for {0}", (variable,)))
    said = [_why_invertible(matrix, k) for k, matrix in enumerate(inverted)]
    return Step(None, Relation(variable, "=", value), Words("; ".join(said), tuple(inverted)))


def _why_invertible(matrix: Node, place: int) -> str:
    if is_positive_definite(matrix):
        return f"{{{place}}} is positive definite"
    if is_invertible(matrix):
        return f"{{{place}}} is invertible"
    return f"if {{{place}}} is invertible"
