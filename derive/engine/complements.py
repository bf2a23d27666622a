"""Signs and numbers in sums: a probability and its complement together, contents apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sympy import Add, Expr, Integer, Mul, Symbol

ONE = Integer(1)


def with_complements(terms: list[Expr], probabilities: Iterable[Symbol]) -> list[Expr]:
    """The terms with ``p f - f`` and ``f/p - f`` as products, and ``1 - p`` before the others.

    Parameters
    ----------
    terms : list of Expr
        In the order they are written.
    probabilities : iterable of Symbol
        Letters that lie between 0 and 1.
    """
    for p in probabilities:
        for term in [t for t in terms if t.has(p)]:
            for other, outside in ((term / p, -term / p), (term * p, term)):
                is_plain = other.is_number or other == p
                if not is_plain and -other in terms and term in terms:
                    whole = Mul(outside, 1 - p)
                    terms = [whole if t == -other else t for t in terms if t != term]
        if len(terms) > 2 and ONE in terms and -p in terms:
            terms = [ONE, -p, *(t for t in terms if t not in {ONE, -p})]
    return terms


def turned_pair(product: Expr, is_complement: Callable[[Expr], bool]) -> Expr | None:
    """``(p - 1)(p r - r - 1)`` as ``(1 - p)(1 + r - p r)``; None where there is no such pair."""
    sums = [f for f in product.args if isinstance(f, Add) and f.as_coeff_Add()[0].is_negative]
    first = next((f for f in sums if is_complement(-f)), None)
    if first is None or len(sums) < 2:
        return None
    other = next(f for f in sums if f is not first)
    return Mul(product / first / other, -first, -other)


def content_apart(product: Expr) -> tuple[Expr, Expr]:
    """Numbers and the rest: ``(b - a)/2``, not ``b/2 - a/2``, under a logarithm."""
    parts = [f.primitive() if f.is_Add else (ONE, f) for f in Mul.make_args(product)]
    number = Mul(*(content for content, _ in parts))
    rest = Mul(*(whole for _, whole in parts))
    return (number, rest) if number != 1 and not rest.is_number else (ONE, product)
