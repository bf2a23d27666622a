"""A law read from a kernel: the log density known up to a constant, as a function of its value.

``parts_of`` opens a log density into coefficients times functions of the value; the constant
is apart.  ``read_law`` looks for parameters at which a family has the same functions with the
same coefficients on the same support: the coefficients and the ends of the support are
equations, undone one unknown at a time.  No pair of laws is listed anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Symbol

from derive.engine.expansions import opened
from derive.engine.factoring import cancelled, in_factors
from derive.engine.scalar_algebra import ScalarAlgebra
from derive.errors import NoRuleError
from derive.language.expression import Node, symbol
from derive.language.facts import close_facts
from derive.language.law import Law, Parameter
from derive.language.support import Support

ZERO, ONE = Integer(0), Integer(1)
UNARY = (sympy.log, sympy.exp, sympy.loggamma, sympy.Abs)
MOST_TERMS = 4  # of a sum under a function that is compared with another


@dataclass(frozen=True)
class Parts:
    """A log density as ``constant + sum_j coefficient_j * function_j``.

    Attributes
    ----------
    coefficients : mapping of function of the value to coefficient
    constant : Expr
        What does not hold the value.
    """

    coefficients: Mapping[Expr, Expr]
    constant: Expr


@dataclass(frozen=True)
class Range:
    """The ends of a support as expressions, None for no end."""

    lower: Expr | None
    upper: Expr | None
    is_whole: bool = False
    step: int = 1

    @classmethod
    def of(cls, support: Support, algebra: ScalarAlgebra) -> Range:
        """The range of a support."""
        low, high = (
            None if end is None else algebra.expr(end) for end in (support.lower, support.upper)
        )
        return cls(low, high, support.is_whole, support.step)


def parts_of(log_density: Expr, value: Symbol) -> Parts:
    """Open a log density into functions of the value with their coefficients."""
    coefficients: dict[Expr, Expr] = {}
    constant = ZERO
    for term in Add.make_args(_monic_logarithms(_powers_opened(log_density, value), value)):
        coefficient, function = term.as_independent(value, as_Add=False)
        if function == 1:
            constant += coefficient
        else:
            coefficients[function] = coefficients.get(function, ZERO) + coefficient
    kept = {function: shortest(c) for function, c in coefficients.items()}
    return Parts({f: c for f, c in kept.items() if c != 0}, constant)


def shortest(expr: Expr) -> Expr:
    """The shortest of an expression, its expansion and its factored form."""
    ratio = cancelled(sympy.together(expr))
    candidates = (expr, sympy.expand(expr), ratio, in_factors(ratio))
    return min(candidates, key=sympy.count_ops)


def _powers_opened(expr: Expr, value: Symbol) -> Expr:
    """Everything that holds the value written out; ``exp(c log v)`` is a power by itself."""
    return opened(expr) if expr.has(value) else expr


def _monic_logarithms(expr: Expr, value: Symbol) -> Expr:
    """``log(c + d v)`` as ``log c + log(1 + d/c v)``, and the same under loggamma left alone."""
    changed = {}
    for atom in expr.atoms(sympy.log):
        inside = atom.args[0]
        if not (inside.is_Add and inside.has(value)):
            continue
        inside = sympy.expand(inside)
        constant, moving = inside.as_independent(value, as_Add=True)
        if constant.is_positive and constant != 1:
            ratio = Add(*(shortest(t / constant) for t in Add.make_args(moving)))
            changed[atom] = sympy.log(constant) + sympy.log(1 + ratio)
    return sympy.expand(expr.xreplace(changed), log=True) if changed else expr


@dataclass(frozen=True)
class ReadLaw:
    """A family and the parameters at which it has a kernel.

    Attributes
    ----------
    family : Law subclass
    values : tuple of Expr
        The parameters, in their order.
    constant : Expr
        What its log density has beside the functions of the value.
    open_facts : tuple of (Expr, str)
        Parameters of which it is not seen that they have the fact of their place.
    """

    family: type[Law]
    values: tuple[Expr, ...]
    constant: Expr
    open_facts: tuple[tuple[Expr, str], ...]

    def law(self, algebra: ScalarAlgebra) -> Law:
        """The law, the letters of `algebra` written out."""
        return self.family(*map(algebra.node, self.values))


def read_law(
    found: Parts,
    value: Node,
    ends: Range,
    families: Iterable[type[Law]],
    algebra: ScalarAlgebra,
) -> ReadLaw | None:
    """The law whose kernel has the given parts, or None.

    A family whose parameters are seen to lie where they must goes before one of which that
    stays open.

    Parameters
    ----------
    found : Parts
    value : symbol
        The value of the law.
    ends : Range
        Where the density is positive.
    families : iterable of Law subclasses
        Tried in order.
    algebra : ScalarAlgebra
    """
    undecided = None
    for family in families:
        read = _solved(found, value, ends, family, algebra)
        if read is not None and not read.open_facts:
            return read
        undecided = undecided or read
    return undecided


def common_families(laws: Iterable[type[Law]], first: Iterable[type[Law]] = ()) -> list[type[Law]]:
    """The families, some first, the others with fewer parameters before those with more."""
    ahead = tuple(first)
    return [*ahead, *sorted((f for f in laws if f not in ahead), key=lambda f: len(f.parameters))]


def _held(value: Expr, fact: str) -> bool | None:
    """Whether a solved parameter has the fact of its place, as far as is seen."""
    held = {
        "real": (value.is_real,),
        "positive": (value.is_positive,),
        "integer": (value.is_integer,),
        "probability": (value.is_positive, shortest(1 - value).is_positive),
    }[fact]
    if any(h is False for h in held):
        return False
    return True if all(held) else None


def _solved(
    found: Parts, value: Node, ends: Range, family: type[Law], algebra: ScalarAlgebra
) -> ReadLaw | None:
    """The parameters at which the family has the parts and the ends."""
    unknown = [
        symbol(f"{place.name}__of", facts=close_facts(_scalar_facts(place), place.name, (1, 1)))
        for place in family.parameters
    ]
    letters = [algebra.expr(node) for node in unknown]
    v = algebra.expr(value)
    try:
        support = Range.of(family.support_at(*unknown), algebra)
        pairs = _ends_as_equations(support, ends)
        if pairs is None:
            return None
        kernel = parts_of(algebra.expr(family.log_density_terms(value, *unknown)), v)
    except NoRuleError:
        return None
    for equations in _ways(kernel, found, letters, v):
        solution = solve_one_by_one([*pairs, *equations], letters)
        if solution is not None and _agree(kernel, found, solution):
            return _with_facts(family, kernel.constant, [solution[x] for x in letters], solution)
    return None


def _scalar_facts(place: Parameter) -> tuple[str, ...]:
    return tuple(fact for fact in place.facts if fact != "integer")


def _with_facts(
    family: type[Law], constant: Expr, values: list[Expr], solution: Mapping[Expr, Expr]
) -> ReadLaw | None:
    """The law, unless a parameter is certainly where it must not be."""
    undecided = []
    for place, value in zip(family.parameters, values, strict=True):
        for fact in place.facts:
            held = _held(value, fact)
            if held is False or (held is None and fact == "integer"):
                return None
            if held is None:
                undecided.append((value, fact))
    return ReadLaw(family, tuple(values), constant.xreplace(dict(solution)), tuple(undecided))


def _ends_as_equations(support: Range, ends: Range) -> list[tuple[Expr, Expr]] | None:
    """Pairs that must be equal, or None where one has an end and the other has none."""
    if (support.is_whole, support.step) != (ends.is_whole, ends.step):
        return None
    pairs = []
    for one, other in ((support.lower, ends.lower), (support.upper, ends.upper)):
        if (one is None) is not (other is None):
            return None
        if one is not None:
            pairs.append((one, other))
    return pairs


def _ways(
    kernel: Parts, found: Parts, letters: list[Expr], value: Symbol
) -> Iterable[list[tuple[Expr, Expr]]]:
    """The equations of the coefficients, for each way to pair functions that hold unknowns."""
    plain = [f for f in kernel.coefficients if not f.has(*letters)]
    holding = [f for f in kernel.coefficients if f.has(*letters)]
    if len(holding) > len(found.coefficients):
        return
    equations = [(kernel.coefficients[f], found.coefficients.get(f, ZERO)) for f in plain]
    others = [f for f in found.coefficients if f not in plain]
    for chosen in permutations(others, len(holding)):
        inside: list[tuple[Expr, Expr]] = []
        for mine, theirs in zip(holding, chosen, strict=True):
            pairs = _same_function(mine, theirs, value)
            if pairs is None:
                break
            inside += pairs
            inside.append((kernel.coefficients[mine], found.coefficients[theirs]))
        else:
            yield [*inside, *equations]


def _same_function(mine: Expr, theirs: Expr, value: Symbol) -> list[tuple[Expr, Expr]] | None:
    """What must be equal for two functions of the value to be the same."""
    if isinstance(mine, UNARY) and mine.func is theirs.func:
        return _same_sum(mine.args[0], theirs.args[0], value)
    return _same_sum(mine, theirs, value) if _is_power(mine, value) else None


def _same_sum(mine: Expr, theirs: Expr, value: Symbol) -> list[tuple[Expr, Expr]] | None:
    """Two sums of powers of the value, term by term: coefficients and exponents."""
    one, other = _as_powers(mine, value), _as_powers(theirs, value)
    if one is None or other is None or len(one) != len(other):
        return None
    return [pair for a, b in zip(one, other, strict=True) for pair in zip(a, b, strict=True)]


def _as_powers(expr: Expr, value: Symbol) -> list[tuple[Expr, Expr]] | None:
    """A sum of powers of the value as (exponent, coefficient), the constant first."""
    terms = []
    for term in Add.make_args(sympy.expand(expr, power_base=True)):
        coefficient, power = term.as_independent(value, as_Add=False)
        if not (power == 1 or _is_power(power, value)):
            return None
        terms.append((ZERO if power == 1 else power.as_base_exp()[1], coefficient))
    return sorted(terms, key=lambda t: (t[0] != 0, str(t[0]))) if len(terms) <= MOST_TERMS else None


def _is_power(expr: Expr, value: Symbol) -> bool:
    return bool(expr.as_base_exp()[0] == value)


def _agree(kernel: Parts, found: Parts, solution: Mapping[Expr, Expr]) -> bool:
    """Whether the kernel at the solution is the one that was found, function by function."""
    at: dict[Expr, Expr] = {}
    for function, coefficient in kernel.coefficients.items():
        moved = opened(_settled(function.xreplace(solution)))
        for known in found.coefficients:
            if is_zero(moved - known):
                moved = known
        at[moved] = at.get(moved, ZERO) + coefficient.xreplace(solution)
    functions = {*at, *found.coefficients}
    return all(is_zero(at.get(f, ZERO) - found.coefficients.get(f, ZERO)) for f in functions)


def _settled(expr: Expr) -> Expr:
    return sympy.powsimp(expr)


def is_zero(expr: Expr) -> bool:
    """Whether an expression is certainly zero."""
    if expr == 0:
        return True
    logs = {atom: sympy.log(shortest(atom.args[0])) for atom in expr.atoms(sympy.log)}
    whole = opened(sympy.powsimp(opened(expr.xreplace(logs))))
    return bool(cancelled(sympy.together(whole)) == 0)


# --- equations, one unknown at a time -------------------------------------------------


def solve_one_by_one(
    equations: list[tuple[Expr, Expr]], unknown: list[Expr]
) -> dict[Expr, Expr] | None:
    """Values of the unknowns, each undone from an equation that holds no other; or None."""
    known: dict[Expr, Expr] = {}
    open_equations = list(equations)
    while len(known) < len(unknown):
        for left, right in open_equations:
            left = left.xreplace(known)
            held = [letter for letter in unknown if left.has(letter)]
            if len(held) == 1:
                value = undone(left, right, held[0])
                if value is not None:
                    known[held[0]] = value
                    break
        else:
            return None
    if all(is_zero(left.xreplace(known) - right) for left, right in equations):
        return known
    return None


def undone(expr: Expr, value: Expr, unknown: Expr) -> Expr | None:
    """The unknown from ``expr = value``, by the inverse of each function around it."""
    while expr != unknown:
        if expr.is_Add:
            fixed, moving = expr.as_independent(unknown, as_Add=True)
            if moving.is_Add:
                together = in_factors(moving)
                if together.is_Add or sum(f.has(unknown) for f in Mul.make_args(together)) != 1:
                    return None
                moving = together
            expr, value = moving, value - fixed
        elif expr.is_Mul:
            fixed, moving = expr.as_independent(unknown, as_Add=False)
            if moving.is_Mul:
                return None
            expr, value = moving, value / fixed
        elif isinstance(expr, sympy.exp):
            expr, value = expr.args[0], sympy.log(value)
        elif isinstance(expr, sympy.log):
            expr, value = expr.args[0], sympy.exp(value)
        elif isinstance(expr, Pow) and not expr.exp.has(unknown):
            if not (expr.base.is_positive or expr.exp in (ONE, -ONE)):
                return None
            value = shortest(value)
            if value.is_negative or value.is_zero:
                return None
            expr, value = expr.base, value ** (1 / expr.exp)
        elif isinstance(expr, Pow) and not expr.base.has(unknown):
            expr, value = expr.exp, sympy.log(value) / sympy.log(expr.base)
        else:
            return None
    return shortest(value)
