"""The trace of a Taylor polynomial: derivatives along one direction, one after the other.

``D_h f`` is the differential with ``h`` in the place of ``dx``; since h does not move, the
next derivative is the differential of that, and so to any order and for any shape.  A
scalar of a vector has its second term written ``h'Hh``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from derive.engine.conditions import asked, conditions_of, open_parts
from derive.engine.decisions import decided, put_into
from derive.engine.facts import with_facts
from derive.engine.forward import differentiate
from derive.engine.gradient import arguments_of, facts_used, free_name, gradients_of, joined
from derive.engine.hessian import even
from derive.engine.index.tensor import NoMatrixFormError
from derive.engine.jacobian import function_name, matrix_in, require_symbols
from derive.engine.lines import pairing
from derive.engine.naming import named, substituted
from derive.engine.normal import Tidier, tidy
from derive.engine.terms import merged
from derive.errors import DomainError, LimitError
from derive.language.cost import cost
from derive.language.expression import (
    Node,
    add,
    is_zero,
    multiply,
    negative,
    number,
    symbol,
    transpose,
)
from derive.language.functions import FREE, differential, directional_by_name, postorder
from derive.language.properties import is_symmetric_by_facts
from derive.language.relations import Condition, Words
from derive.language.sizes import shape_text
from derive.rules.domains import DOMAINS
from derive.steps import Step, Trace

MOST_PARTS = 10_000  # of one derivative: some ten pages

DIRECTION_NAMES = ("h", "v", "u", "h_", "v_")  # capitals for a matrix


@dataclass(frozen=True)
class Taylor:
    """A trace and what its lines and its result are claims about.

    Attributes
    ----------
    trace : Trace
    direction : symbol
        ``h``, by which the variable moves.
    derivatives : tuple of Node
        The function and its derivatives along h, at the variable.
    structure : str
        How the variable may leave the point: ``symmetric`` where that it is declared so has
        made the polynomial shorter.
    """

    trace: Trace
    direction: Node
    derivatives: tuple[Node, ...]
    structure: str = FREE


def taylor(function: Node, variable: Node, around: Node | None, order: int) -> Taylor:
    """Derive the Taylor polynomial of an expression of any shape.

    Around nothing in particular, it is a polynomial in the direction ``h`` at ``x``.

    Raises
    ------
    DomainError
        The function is not smooth at the point.
    NoRuleError
        A derivative up to the order has no rule.
    LimitError
        A derivative up to the order has more parts than anyone reads.
    """
    require_symbols([variable])
    at = [] if around is None else [around]
    parts = [part for node in (function, *at) for part in node.symbols]
    h = symbol(_free(parts, variable), variable.shape)
    conditions = _conditions(function, variable, around, order)
    derivatives = _derivatives(function, variable, h, order)
    if around is not None:  # the derivatives may divide by what the function does not
        conditions = _conditions(function, variable, around, order, derivatives)
    name = function_name(add(function), [variable])
    steps = list(_derivative_lines(name, h, derivatives))
    here = {} if around is None else {variable: around}
    terms, kept = [], frozenset(postorder(function))
    for k, derivative in enumerate(derivatives):
        value, _ = with_facts(_put(derivative, here), kept)
        if around is not None:
            steps.append(Step(_at(_by_name(name, h, k), around), value, "put in"))
        terms.append(multiply(number(Fraction(1, factorial(k))), value))
    step = h if around is None else tidy(add(variable, negative(around)))
    moved = [_put(term, {h: step}) for term in terms]
    # a term 0 would hold the place of the numbers
    polynomial = merged([term for term in moved if not is_zero(term)] or moved[:1])
    words = f"terms to order {order}: each derivative over its factorial"
    left = Words("{0} near {1}", (name, variable if around is None else around))
    steps.append(Step(left, polynomial, words))
    structure = FREE
    if around is not None and "symmetric" in variable.facts and is_symmetric_by_facts(around):
        simpler, facts = _by_symmetry(polynomial, variable)
        if simpler is not polynomial:
            steps.append(Step(polynomial, simpler, joined(facts)))
            polynomial, structure = simpler, "symmetric"
    names, lines = named(function, steps, [polynomial], before=derivatives)
    trace = Trace(
        question=_question(name, variable, around, order, h),
        definitions=((name, function), *names),
        steps=lines,
        results=(("polynomial", polynomial),),
        conditions=(*facts_used(function), *conditions),
        arguments=arguments_of(polynomial, [variable]),
        closing=(_remainder(order),),
    )
    return Taylor(trace, h, tuple(derivatives), structure)


def _by_symmetry(node: Node, variable: Node) -> tuple[Node, tuple[Words, ...]]:
    """A polynomial simplified by symmetry: no other fact of the variable is linear in it."""
    bare = symbol(variable.name, variable.shape, frozenset({"symmetric"}))
    simpler, facts = with_facts(substituted(node, {variable: bare}))
    return substituted(simpler, {bare: variable}), facts


def _put(node: Node, values: Mapping[Node, Node]) -> Node:
    """A tidy node with values in the place of letters; a letter for a letter leaves it tidy.

    So does a step ``X - A`` between letters: ``tr(A^-1 (X - A))`` stays in one piece.
    """
    placed = substituted(node, values)
    return placed if all(map(_is_step, values.values())) else tidy(placed)


def _is_step(value: Node) -> bool:
    """Whether a value is a letter or the difference of two."""
    terms = value.args if value.op == "add" else (value,)
    return all("symbol" in {term.op, negative(term).op} for term in terms)


def _free(symbols: Sequence[Node], variable: Node) -> str:
    function = add(number(0), *[s for s in symbols if s.is_scalar])
    taken = {s.name for s in symbols}
    letters = DIRECTION_NAMES if 1 in variable.shape else map(str.upper, DIRECTION_NAMES)
    names = [name for name in letters if name not in taken]
    return free_name(function, [variable], names)


def _question(name: Node, variable: Node, around: Node | None, order: int, h: Node) -> Words:
    """What is asked, with the step; its shape where the arguments do not show it."""
    words = f"Taylor polynomial of order {order} of {{0}} in {{1}}"
    if around is None:
        return Words(f"{words}, with a step {{2}}", (name, variable, h))
    shape = "" if h.is_scalar else f": {shape_text(h.shape)}"
    return Words(f"{words} around {{2}}, with a step {{3}}{shape}", (name, variable, around, h))


def _remainder(order: int) -> Words:
    return Words(f"the error is of order {order + 1} in the step")


def _derivatives(function: Node, variable: Node, h: Node, order: int) -> list[Node]:
    """The function and its derivatives along h, up to the order."""
    found = [function]
    kept = frozenset(postorder(function))
    if function.is_scalar and order >= 1:
        (gradient,) = gradients_of(function, [variable]).free
        kept |= frozenset(postorder(gradient))
        d = differential(variable)
        found.append(substituted(pairing(variable, gradient, Tidier(kept)), {d: h}))
        if order >= 2:
            found.append(_second(gradient, variable, h, kept))
    while len(found) <= order:
        along = differentiate(found[-1], [variable]).differential
        found.append(tidy(substituted(along, {differential(variable): h}), kept))
        _require_readable(function, found)
    return found


def _require_readable(function: Node, found: Sequence[Node]) -> None:
    """Raise if the last derivative is longer than anyone reads."""
    parts, order = cost(found[-1]), len(found) - 1
    if parts > MOST_PARTS:
        raise LimitError(
            f"the derivative of order {order} of {function!r:.120} has {parts} parts, and the "
            f"limit is {MOST_PARTS}\n"
            f"  to fix   : ask for the order {order - 1} or less"
        )


def _second(gradient: Node, variable: Node, h: Node, kept: frozenset[Node]) -> Node:
    """``h'Hh``; where there is no matrix H, the gradient's derivative along h, paired with h."""
    tidier = Tidier(kept)
    found = differentiate(gradient, [variable])
    if variable.shape[1] == 1:
        try:
            matrix = even(matrix_in(found, variable, kept), tidier, kept)
        except NoMatrixFormError:
            pass
        else:
            return tidier(multiply(transpose(h), matrix, h))
    d = differential(variable)
    slope = substituted(found.differential, {d: h})
    return tidier(substituted(pairing(variable, slope, tidier), {d: h}))


def _derivative_lines(name: Node, h: Node, derivatives: Sequence[Node]) -> list[Step]:
    """One line per derivative."""
    words = Words("differentiate along {0}", (h,))
    return [
        Step(_by_name(name, h, k), value, words) for k, value in enumerate(derivatives) if k > 0
    ]


def _by_name(name: Node, h: Node, k: int) -> Node:
    """The k-th derivative of a named function along h."""
    for _ in range(k):
        name = directional_by_name(name, h)
    return name


def _at(name: Node, around: Node) -> Words:
    return Words("{0} at {1}", (name, around))


def _conditions(
    function: Node,
    variable: Node,
    around: Node | None,
    order: int,
    derivatives: Sequence[Node] = (),
) -> list[Condition]:
    """What smoothness at the point needs.

    Raises
    ------
    DomainError
        It certainly fails there.
    """
    needed = conditions_of(function, [variable], order, derivatives)
    if around is None:
        return list(needed)
    here = {variable: around}
    kept: dict[Condition, None] = {}
    for condition in needed:
        there = put_into(condition, here)
        if decided(there) is False:
            raise DomainError(_refusal(function, here, condition))
        kept.update(dict.fromkeys(open_parts(there)))
    return list(kept)


def _refusal(function: Node, here: Mapping[Node, Node], condition: Condition) -> str:
    """Why there is no polynomial where a condition fails."""
    (place,) = here.values()
    own = DOMAINS.get(function.op)
    needed = conditions_of(function)
    missing = next((c for c in needed if decided(put_into(c, here)) is False), None)
    if missing is not None:
        why = f"is not defined at {place!r:.80}: it needs {asked(missing)} there"
    elif own is not None and condition in own.smooth(function):
        why = f"is not smooth at {place!r:.80}: a Taylor polynomial needs {asked(condition)} there"
    else:  # a sum of kinks, or a polynomial that is written as a quotient, may be smooth
        why = f"has derivatives by rule where {asked(condition)}, which fails at {place!r:.80}"
    return f"{function!r:.120} {why}\n  to fix   : expand around another point"
