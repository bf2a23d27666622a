"""A value that is rational in its letters, collected: the shortest of a few forms as written."""

from __future__ import annotations

import sympy
from sympy import Expr

from derive.engine.factoring import factored, factored_term_by_term
from derive.engine.gammas import one_argument
from derive.engine.scalar_algebra import operation_count
from derive.engine.score_equations import with_letters
from derive.language.expression import Node
from derive.language.properties import is_inside_unit
from derive.probability.question import Question

LONG = 400  # operations: a longer value is not brought over one denominator


def collected(question: Question, value: Expr) -> Node:
    """The shortest of the factored, the given and the expanded form; 1 - p stays together.

    Letters that stand for parameters are written out, so that what they hold cancels.
    """
    algebra = question.algebra
    value = one_argument(algebra.written_out(value).xreplace(algebra.lengths))
    is_long = sympy.count_ops(value) > LONG
    forms = [*_by_polygammas(value), value, sympy.expand(value)]
    if not value.has(sympy.loggamma):  # ratios of gamma functions stay as they were found
        product = sympy.factor_terms(value) if is_long else factored_term_by_term(value)
        forms.insert(0, with_letters(product, _closed_sums(question)))
    forms = [sympy.powsimp(form, combine="exp") for form in forms]
    real = [form for form in forms if not form.has(sympy.I)]
    return min(map(algebra.node, real or forms[:1]), key=written_length)


def written_length(node: Node) -> int:
    """Its operations; a product is preferred to a sum that is one shorter."""
    return operation_count(node) + (node.op == "add")


def _by_polygammas(value: Expr) -> list[Expr]:
    """The value as a sum over products of digammas and trigammas, each coefficient factored."""
    atoms = sorted(value.atoms(sympy.polygamma), key=str)
    if not atoms or sympy.count_ops(value) > LONG:
        return []
    letters = {atom: sympy.Dummy() for atom in atoms}
    back = {letter: atom for atom, letter in letters.items()}
    above, below = sympy.fraction(sympy.together(value.xreplace(letters)))
    if below.has(*back) or not above.is_polynomial(*back):
        return []
    terms = sympy.Poly(above, *back).terms()
    found = []
    for powers, coefficient in terms:
        product = sympy.Mul(*(a**k for a, k in zip(atoms, powers, strict=True)))
        found.append(factored(coefficient / below) * product)
    return [sympy.Add(*found)]


def _closed_sums(question: Question) -> dict[Expr, Expr]:
    """Letters for ``1 - p``, p a probability (a name, or a parameter), and for lengths."""
    algebra = question.algebra
    values = (*question.symbols, *(v for law in question.laws for v in law.values))
    unit = [v for v in dict.fromkeys(values) if v.symbols and is_inside_unit(v)]
    complements = {
        1 - algebra.expr(p): algebra.expr(algebra.closed(1 - p, "rest", ("positive",)))
        for p in unit
        if algebra.has_form(p)
    }
    return complements | {meaning: letter for letter, meaning in algebra.lengths.items()}
