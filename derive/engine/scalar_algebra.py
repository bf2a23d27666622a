"""Scalar algebra by SymPy: nodes to expressions with assumptions, and back in order.

Only what is safe and quick is used on such expressions: expand, factor, differentiate.
Facts of the symbols become assumptions, which is what lets a logarithm of a product open.
A scalar that SymPy should not look into (a difference whose square stays a square, a
parameter whose sign is only known by its place) is one letter here and a node again on
the way back.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import sympy
from sympy import Add, Expr, Mul, Pow, Symbol

from derive.engine.complements import content_apart, turned_pair, with_complements
from derive.engine.roots_of_products import with_one_root
from derive.engine.scalar_functions import (
    ASSUMPTIONS,
    CONSTANTS,
    OF_RATIO,
    TO_SYMPY,
    require_small,
)
from derive.engine.spelled import Spelled
from derive.errors import NoRuleError
from derive.language.expression import (
    Node,
    add,
    constant,
    multiply,
    negative,
    number,
    power,
    symbol,
)
from derive.language.facts import close_facts
from derive.language.functions import elementwise, postorder
from derive.language.incomplete_functions import INCOMPLETE
from derive.language.matrix_functions import polygamma
from derive.language.properties import is_inside_unit
from derive.language.special_functions import besseli, zeta
from derive.language.sympy_incomplete import INCOMPLETE_CLASSES, IncompleteFunction
from derive.language.sympy_special import zetaderiv


class ScalarAlgebra:
    """The way from nodes to SymPy expressions and back, for one question.

    Parameters
    ----------
    order : iterable of symbol
        The order in which symbols are written.

    Examples
    --------
    >>> a, b = symbol("a", facts=("positive",)), symbol("b", facts=("positive",))
    >>> algebra = ScalarAlgebra((a, b))
    >>> algebra.node(sympy.expand_log(algebra.expr(elementwise("log", a * b))))
    log(a) + log(b)
    """

    def __init__(self, order: Iterable[Node]) -> None:
        self._letters: dict[Symbol, Node] = {}
        self._rank: dict[Symbol, int] = {}
        self._closed: dict[tuple[Node, tuple[str, ...]], Node] = {}
        self._lengths: dict[Symbol, Expr] = {}
        self._positive: set[Expr] = set()
        for node in order:
            self.expr(node)

    # --- nodes to expressions ---------------------------------------------------------

    def expr(self, node: Node) -> Expr:
        """The SymPy expression of a scalar node, its facts as assumptions.

        Raises
        ------
        NoRuleError
            An operator has no scalar form here; the message names it.
        """
        if node.op == "symbol":
            held: dict[str, bool] = {"real": True}
            for fact in sorted(node.facts):
                held |= ASSUMPTIONS.get(fact, {})
            return self._letter(Symbol(node.name, **held), node)
        if node.op == "number":
            return sympy.Rational(node.data.numerator, node.data.denominator)
        if node.op == "constant" and node.data in CONSTANTS:
            return CONSTANTS[node.data]
        args = [self.expr(arg) for arg in node.args]
        if node.op == "add":
            return Add(*args)
        if node.op == "mul" and node.is_scalar:
            return Mul(*args)
        if node.op == "pow":
            return Pow(*args)
        if node.op == "map" and node.data in TO_SYMPY:
            require_small(node.data, args[0])
            return TO_SYMPY[node.data](*args)
        if node.op == "besseli":
            return sympy.besseli(*args)
        if node.op == "zeta":
            return zetaderiv(node.data, *args)
        if node.op == "polygamma":
            return sympy.polygamma(node.data, *args)
        if node.op in INCOMPLETE_CLASSES:
            return INCOMPLETE_CLASSES[node.op](*args)
        raise NoRuleError(f"`{node.data or node.op}` has no scalar form in {node!r}")

    def has_form(self, node: Node) -> bool:
        """Whether every operator below `node` has a scalar form here."""
        try:
            self.expr(node)
        except NoRuleError:
            return False
        return True

    def closed(self, node: Node, name: str, facts: tuple[str, ...] = ()) -> Node:
        """A symbol that stands for `node` until the way back: always the same for one node."""
        if (node, facts) not in self._closed:
            taken = {found.name for found in self._letters}
            while name in taken:
                name += "_"
            stand_in = symbol(name, facts=close_facts(facts, name, (1, 1)))
            self._letters[self.expr(stand_in)] = node
            self._closed[node, facts] = stand_in
        return self._closed[node, facts]

    def length(self, difference: Node) -> Node:
        """A positive letter for a difference, which opens again where it meets its terms."""
        letter = self.closed(difference, "length", ("positive",))
        if self.has_form(difference):
            self._lengths[self.expr(letter)] = self.expr(difference)
        return letter

    def lead(self, letter: Node) -> None:
        """Write a letter before all others."""
        self._rank[self.expr(letter)] = -1

    def note_positive(self, expr: Expr) -> None:
        """Something the answer needs to be positive: no sign is taken out of it."""
        self._positive.add(sympy.expand(expr))

    @property
    def lengths(self) -> dict[Symbol, Expr]:
        """The letters for differences, with these."""
        return dict(self._lengths)

    def written_out(self, expr: Expr) -> Expr:
        """The expression with every letter that stands for a scalar form as that form.

        Numbers and lengths stay closed.
        """
        meanings = {}
        for letter in expr.free_symbols & (set(self._letters) - set(self._lengths)):
            node = self._letters[letter]
            if node.op != "symbol" and node.symbols and self.has_form(node):
                meanings[letter] = self.expr(node)
        if meanings:
            expr = expr.xreplace(meanings)
        if not expr.free_symbols & set(self._lengths):
            return expr
        return sympy.powsimp(expr.replace(sympy.exp, self._exponential_of), combine="exp")

    def _exponential_of(self, exponent: Expr) -> Expr:
        """An exponential with the lengths in it opened."""
        return sympy.exp(sympy.expand(exponent.xreplace(self._lengths)))

    def _met(self, expr: Expr) -> Expr:
        """A sum with the lengths in it opened, where terms cancel then."""
        if not self._lengths or not expr.free_symbols & set(self._lengths):
            return expr
        again = sympy.expand(expr.xreplace(self._lengths))
        return again if len(Add.make_args(again)) <= len(expr.args) else expr

    def _letter(self, found: Symbol, node: Node) -> Symbol:
        self._letters.setdefault(found, node)
        self._rank.setdefault(found, len(self._rank))
        return found

    # --- expressions to nodes ---------------------------------------------------------

    def node(self, expr: Expr) -> Node:
        """The node of an expression, terms and factors in the order a person writes.

        Raises
        ------
        NoRuleError
            The expression holds a function that has no node; the message names it.
        """
        if expr.is_Rational:
            return number(Fraction(int(expr.p), int(expr.q)))
        if expr.is_Symbol and expr in self._letters:
            return self._letters[expr]
        if expr.is_NumberSymbol:
            for name, value in CONSTANTS.items():
                if expr == value:
                    return constant(name)
        if expr.is_Add:
            met = self._met(expr)
            return self._sum(met) if met.is_Add else self.node(met)
        if expr.is_Mul:
            return self._product(expr)
        if isinstance(expr, sympy.exp):
            return self._exponential(expr.args[0])
        if expr.is_Pow:
            base, exponent = expr.as_base_exp()
            if base.is_Add and exponent.is_Integer:
                terms = self._terms(base)
                if len(terms) == 1:
                    return self.node(terms[0] ** exponent)
                is_below = all(map(is_negated, terms)) or self._is_complement(-base)
                base = -base if is_below and exponent.is_even else base  # (-a - b)^2, (p - 1)^2
            return power(self.node(base), self.node(exponent))
        if isinstance(expr, sympy.polygamma) and expr.args[0].is_Integer:
            return polygamma(int(expr.args[0]), self.node(expr.args[1]))
        if isinstance(expr, sympy.log) and isinstance(_argument(expr), sympy.gamma):
            return elementwise("loggamma", self.node(_argument(_argument(expr))))
        if isinstance(expr, sympy.Heaviside):
            name = "closed_step" if expr.args[1] == 1 else "step"
            return elementwise(name, self.node(expr.args[0]))
        if isinstance(expr, sympy.besseli):
            return besseli(*map(self.node, expr.args))
        if isinstance(expr, zetaderiv):
            return zeta(int(expr.args[0]), self.node(expr.args[1]))
        if isinstance(expr, sympy.zeta) and len(expr.args) == 1:  # at a number: zeta(3)
            return zeta(0, self.node(expr.args[0]))
        if isinstance(expr, IncompleteFunction):
            return INCOMPLETE[expr.func.__name__](*map(self.node, expr.args))
        if isinstance(expr, OF_RATIO):
            name = next(n for n, function in TO_SYMPY.items() if expr.func is function)
            return elementwise(name, self.node(sympy.together(_argument(expr))))
        if isinstance(expr, sympy.cos):
            return elementwise("cos", self.node(self._turned(_argument(expr))))
        if isinstance(expr, sympy.log):
            content, whole = content_apart(expr.args[0])
            return elementwise("log", multiply(self.node(content), self.node(whole)))
        for name, function in TO_SYMPY.items():
            if expr.func is function:
                return elementwise(name, self.node(expr.args[0]))
        raise NoRuleError(f"no node stands for {expr}")

    def _exponential(self, exponent: Expr) -> Node:
        """``exp(a log b)`` as ``b^a``, other exponentials as they are."""
        logs = {f: node for f in Mul.make_args(exponent) if (node := self._log(f)) is not None}
        if len(logs) == 1:
            ((log, node),) = logs.items()
            return power(node.args[0], self.node(exponent / log))
        return elementwise("exp", self.node(exponent))

    def _log(self, factor: Expr) -> Node | None:
        """The node of a logarithm, or of a letter that stands for one."""
        node = self.node(factor) if isinstance(factor, sympy.log) else self._letters.get(factor)
        return node if node is not None and node.op == "map" and node.data == "log" else None

    def _sum(self, expr: Expr) -> Node:
        """Symbols before numbers, a positive term first where there is one."""
        terms = self._terms(expr)
        if is_negated(terms[0]):
            positive = next((t for t in terms if not is_negated(t)), None)
            if positive is not None:
                terms.remove(positive)
                terms.insert(0, positive)
        return add(*map(self.node, terms))

    def _terms(self, expr: Expr) -> list[Expr]:
        """The terms in order, those with a probability and its complement together."""
        letters = sorted(expr.free_symbols & set(self._letters), key=self._first)
        units = [found for found in letters if is_inside_unit(self._letters[found])]
        return with_complements(sorted(expr.args, key=self._term_key), units)

    def _sign_inside(self, expr: Expr) -> Expr | None:
        """A minus taken into a sum: ``-1/(p - 1)`` as ``1/(1 - p)``, ``-(f(a) - f(b))`` turned.

        What is known to be positive stays as it is.
        """
        if not is_negated(expr):
            return turned_pair(expr, self._is_complement)
        for factor in expr.args:
            base, exponent = factor.as_base_exp()
            if not (base.is_Add and exponent.is_Integer and exponent.is_odd):
                continue
            ends_below_zero = exponent.is_negative and base.as_coeff_Add()[0].is_negative
            of_functions = exponent == 1 and all(t.atoms(sympy.Function) for t in base.args)
            is_turned = sympy.expand(-base) in self._positive or self._is_complement(-base)
            if (
                is_turned
                or (ends_below_zero and base not in self._positive)
                or (of_functions and any(map(is_negated, base.args)))
            ):
                return Mul(-expr / factor, (-base) ** exponent)
        return None

    def _is_complement(self, base: Expr) -> bool:
        """Whether it is ``1 - p`` for a probability p."""
        letter = self._letters.get(1 - base)
        return letter is not None and is_inside_unit(letter)

    def _product(self, expr: Expr) -> Node:
        """Number, constants, symbols, sums, functions; denominators after numerators."""
        turned = self._sign_inside(expr)
        if turned is not None:
            return self.node(turned)
        factors = sorted(with_one_root(expr.args), key=self._factor_key)
        inside = {_argument(part) for factor in factors for part in factor.atoms(sympy.log)}
        parts: list[Node] = []
        sign = 1
        for factor in factors:
            is_below = factor.is_Add and all(map(is_negated, factor.args))
            if is_below or (factor.is_Add and -factor in inside):
                factor, sign = -factor, -sign
            parts.append(self.node(factor))
        if len(parts) == 2 and parts[0] is number(-1):
            return negative(parts[1]) if sign == 1 else parts[1]
        whole = multiply(*parts)
        return whole if sign == 1 else negative(whole)

    def _turned(self, angle: Expr) -> Expr:
        """An angle or its negative, which have one cosine: the first letter without a sign."""
        terms = sorted(Add.make_args(angle), key=self._term_key)
        return -angle if is_negated(terms[0]) else angle

    def _first(self, expr: Expr) -> int:
        return min((self._rank.get(s, 0) for s in expr.free_symbols), default=-1)

    def _term_key(self, term: Expr) -> tuple[object, ...]:
        return (term.is_number, term.has(Add), self._first(term), Spelled(term))

    def _factor_key(self, factor: Expr) -> tuple[object, ...]:
        base, exponent = factor.as_base_exp()
        is_e = isinstance(factor, sympy.exp) or factor == sympy.E
        is_exponential = is_e and factor != sympy.E
        is_function = base.is_Function or base == sympy.EulerGamma or is_exponential
        kind = 2 if is_function else 1 if base.is_Add else 0
        letter = self._letters.get(base)
        if letter is not None and letter.op == "sum_over":
            kind = 2
        if (
            letter is not None
            and letter.op == "add"
            and any(t.op == "map" for t in postorder(letter))
        ):
            kind = 3  # 1 - sigmoid(t), behind what it is the complement of
        below = exponent.could_extract_minus_sign()
        is_symbol = bool(factor.free_symbols)
        return (
            not factor.is_Rational,
            below,
            kind,
            is_symbol,
            is_e,
            self._first(factor),
            Spelled(factor),
        )


def _argument(function: Any) -> Any:
    """The argument of a function of one argument."""
    return function.args[0]


def is_negated(expr: Expr) -> bool:
    """Whether a term is written with a minus sign."""
    return bool(expr.as_coeff_Mul()[0].is_negative)


def _is_denominator(part: Node) -> bool:
    """Whether a power is a reciprocal, and not one of a reciprocal."""
    return part.args[1] is number(-1) and part.args[0].op != "pow"


def operation_count(node: Node) -> int:
    """How many operations a person sees: a sum of n terms has n - 1, a sign has none."""
    count, stack = 0, [node]
    while stack:
        part = stack.pop()
        if part.op in ("add", "mul"):
            signed = part.args[0].op == "number" and part.args[0].data == -1
            count += len(part.args) - 1 - (part.op == "mul" and signed)
        elif part.op == "map" or (part.op == "pow" and not _is_denominator(part)):
            count += 1
        if (
            part.op == "number"
            and part.data.denominator != 1
            and part.data.numerator not in (1, -1)
        ):
            count += 1
        stack.extend(part.args)
    return count
