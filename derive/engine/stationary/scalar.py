"""Rational equations in one scalar: every root in closed form, the facts choose.

SymPy brings the equation over a common denominator; what it hands back is checked like
everything else, by putting it back into the function.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import sympy
from sympy import Expr, Poly, Symbol

from derive.engine.stationary.equation import SeveralRootsError, Simplifier, Solved
from derive.errors import DomainError, NoClosedFormError
from derive.language.expression import (
    Node,
    add,
    is_zero,
    multiply,
    negative,
    number,
    power,
    split_product,
)
from derive.language.functions import postorder
from derive.language.properties import (
    is_negative,
    is_nonnegative,
    is_nonzero,
    is_positive,
)
from derive.language.relations import Relation, Words
from derive.steps import Step

MOST_NODES = 200  # of an equation handed to SymPy
MOST_DEGREE = 12


@dataclass
class Letters:
    """Scalar nodes as SymPy expressions: what is not rational in the unknown is a letter."""

    nodes: dict[Symbol, Node] = field(default_factory=dict)
    symbols: dict[Node, Symbol] = field(default_factory=dict)

    def expr(self, node: Node) -> Expr:
        """The expression of a scalar node."""
        if node.op == "number":
            return sympy.Rational(node.data.numerator, node.data.denominator)
        if node.op == "add":
            return sympy.Add(*map(self.expr, node.args))
        if node.op == "mul" and node.args[0].is_scalar:
            return sympy.Mul(*map(self.expr, node.args))
        if node.op == "pow" and node.args[1].is_number and node.args[1].data.denominator == 1:
            return sympy.Pow(self.expr(node.args[0]), int(node.args[1].data))
        return self.letter(node)

    def letter(self, node: Node) -> Symbol:
        """The one letter that stands for a node."""
        if node not in self.symbols:
            held = {"real": True}
            if is_positive(node):
                held = {"positive": True}
            elif is_nonnegative(node):
                held = {"nonnegative": True}
            elif is_negative(node):
                held = {"negative": True}
            elif is_nonzero(node):
                held = {"nonzero": True, "real": True}
            name = f"a{len(self.symbols):03d}" if self.symbols else "z"  # the unknown stands last
            letter = Symbol(name, **held)
            self.symbols[node], self.nodes[letter] = letter, node
        return self.symbols[node]

    def node(self, expr: Expr) -> Node:
        """The node of an expression in the letters.

        Raises
        ------
        NoClosedFormError
            It holds something that is no rational power.
        """
        if expr.is_Rational:
            return number(Fraction(int(expr.p), int(expr.q)))
        if isinstance(expr, Symbol):
            return self.nodes[expr]
        if isinstance(expr, sympy.Add):
            return add(*map(self.node, expr.as_ordered_terms()))
        if isinstance(expr, sympy.Mul):
            return multiply(*map(self.node, expr.as_ordered_factors()))
        if isinstance(expr, sympy.Pow):
            return power(self.node(expr.base), self.node(expr.exp))
        if isinstance(expr, sympy.Abs):
            return power(power(self.node(expr.args[0]), number(2)), self.node(sympy.Rational(1, 2)))
        raise NoClosedFormError(f"no closed form is written with {type(expr).__name__}")


def solve_scalar(equation: Node, variable: Node, simplify: Simplifier) -> Solved | None:
    """The root of a rational equation in one scalar.

    Raises
    ------
    NoClosedFormError
        Several roots are possible and no fact of the variable chooses one.
    DomainError
        The facts of the variable rule every root out.
    """
    if not variable.is_scalar or not equation.is_scalar:
        return None
    if len(postorder(equation)) > MOST_NODES:
        return None
    letters = Letters()
    x = letters.letter(variable)
    expr = letters.expr(equation)
    if any(variable in node.symbols for letter, node in letters.nodes.items() if letter != x):
        return None
    above, _ = sympy.fraction(sympy.together(expr))
    polynomial = Poly(sympy.expand(above), x)
    roots = _roots(polynomial)
    if roots is None:
        return None
    nodes = [simplify(letters.node(root)) for root in roots]
    fitting = [node for node in dict.fromkeys(nodes) if _may_be(node, variable)]
    if not nodes:
        raise DomainError(
            f"no stationary point: {equation!r:.200} = 0 has no real root\n"
            f"  to fix   : the least or largest value is not inside; look at the boundary"
        )
    if not fitting:
        raise DomainError(
            f"no stationary point: the declared facts of {variable.name} rule out every root of "
            f"{equation!r:.200} = 0\n  to fix   : the least or largest value is not inside"
        )
    if len(fitting) > 1:
        raise SeveralRootsError(variable, fitting)
    value = fitting[0]
    steps = _lines(polynomial, letters, variable, value, simplify)
    return Solved(variable, value, steps)


def _roots(polynomial: Poly) -> list[Expr] | None:
    """The real roots of ``a x^k (b x^m + c)`` and of a quadratic; None for anything else."""
    x, degree = polynomial.gen, polynomial.degree()
    if not 1 <= degree <= MOST_DEGREE:
        return None
    terms = polynomial.terms()
    lowest = terms[-1][0][0]
    zero = [sympy.Integer(0)] if lowest else []
    core = Poly(sympy.expand(sympy.cancel(polynomial.as_expr() / x**lowest)), x)
    if core.degree() == 0:
        return zero
    coefficients = core.all_coeffs()
    if core.degree() == 1 or all(c == 0 for c in coefficients[1:-1]):
        found = _binomial(coefficients[0], coefficients[-1], core.degree())
        return None if found is None else [*found, *zero]
    if core.degree() == 2:
        a, b, c = coefficients
        under = sympy.factor(b**2 - 4 * a * c)
        if under.is_negative:
            return zero
        root = sympy.sqrt(under)
        return [sympy.cancel((-b + sign * root) / (2 * a)) for sign in (1, -1)] + zero
    return _roots_of_factors(core, zero)


def _roots_of_factors(polynomial: Poly, found: list[Expr]) -> list[Expr] | None:
    """The real roots of a polynomial that falls into factors of lower degree."""
    x = polynomial.gen
    _, factors = sympy.factor_list(polynomial.as_expr(), x)
    if len(factors) < 2 and all(power == 1 for _, power in factors):
        return None
    for factor, _ in factors:
        roots = _roots(Poly(factor, x))
        if roots is None:
            return None
        found = [*found, *roots]
    return found


def _binomial(first: Expr, last: Expr, degree: int) -> list[Expr] | None:
    """The real roots of ``first x^degree + last``; None where a sign decides and is not known."""
    ratio = sympy.factor(sympy.cancel(-last / first))
    if degree == 1:
        return [ratio]
    if degree % 2 == 0:
        if ratio.is_negative:
            return []
        root = ratio ** sympy.Rational(1, degree)
        return [root, -root]
    if ratio.is_nonnegative:
        return [ratio ** sympy.Rational(1, degree)]
    if ratio.is_nonpositive:
        return [-((-ratio) ** sympy.Rational(1, degree))]
    return None


def _may_be(node: Node, variable: Node) -> bool:
    """Whether the facts of the variable leave the value possible."""
    facts = variable.facts
    below = is_nonnegative(negative(node))
    if "positive" in facts and below:
        return False
    if "nonnegative" in facts and is_positive(negative(node)):
        return False
    if "negative" in facts and is_nonnegative(node):
        return False
    if "nonzero" in facts and node.is_number and node.data == 0:
        return False
    return not ("probability" in facts and is_nonnegative(node - number(1)))


def _lines(
    polynomial: Poly, letters: Letters, variable: Node, value: Node, simplify: Simplifier
) -> tuple[Step, ...]:
    """The equation without denominators, then the root."""
    x = polynomial.gen
    moving: list[Expr] = []
    fixed: list[Expr] = []
    for (power_of_x,), coefficient in polynomial.terms():
        term = sympy.factor(coefficient) * x**power_of_x
        (moving if power_of_x else fixed).append(term)
    lowest = polynomial.terms()[-1][0][0]
    if lowest or not fixed:
        left, right = sympy.cancel(polynomial.as_expr() / x ** max(lowest - 1, 0)), sympy.Integer(0)
    else:
        left, right = sympy.Add(*moving), -sympy.Add(*fixed)
    if (-left).could_extract_minus_sign() is False and left.could_extract_minus_sign():
        left, right = -left, -right
    sides = [simplify(letters.node(side)) for side in (left, right)]
    if all(split_product(side)[0] < 0 or is_zero(side) for side in sides):
        sides = [simplify(negative(side)) for side in sides]
    relation = Relation(sides[0], "=", sides[1])
    rule = "multiply by the denominators"
    root = Words("solve for {0}", (variable,))
    if polynomial.degree() > 1 and variable.facts & {"positive", "negative", "nonnegative"}:
        root = Words("the root that the facts of {0} admit", (variable,))
    last = Step(None, Relation(variable, "=", value), root)
    first = Step(None, relation, rule)
    return (last,) if relation.left is variable else (first, last)
