"""What each operator lets one prove of a node from what was proved of its arguments.

What is proved of a node is a range that holds its entries, and some of these properties:
``nonzero`` (every entry), and of a square matrix ``symmetric``, ``psd``, ``spd``,
``invertible``, ``orthogonal``, ``diagonal``, ``lower``, ``upper``, as in ``facts.py``.
No size is zero.

A rule may leave out what follows from what it says: ``properties.py`` adds that.  To add an
operator, add a row to ``RULES``, or its name to ``SAYS_NOTHING``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce

from derive.language.canonical import canonical, canonical_transpose
from derive.language.expression import Node, split_product
from derive.language.matrix_properties import MATRIX_RULES
from derive.language.operators import ELEMENTWISE
from derive.language.property_base import (
    FACT_RANGES,
    KEPT_BY_INVERSION,
    KEPT_ENTRY_BY_ENTRY,
    MAP_RANGES,
    NOTHING,
    ONE,
    PSD,
    SPD,
    TURNED,
    ZEROS,
    Names,
    Properties,
    common,
    known,
    sign_of,
    within,
)
from derive.language.ranges import (
    AT_LEAST_ONE,
    NONNEGATIVE,
    POSITIVE,
    REAL,
    UNIT,
    Range,
    exactly,
)
from derive.language.spectral_properties import SPECTRAL_RULES

# --- leaves ---------------------------------------------------------------------------


def _symbol(node: Node) -> Properties:
    ranges = [FACT_RANGES[fact] for fact in node.facts & FACT_RANGES.keys()]
    names = node.facts & (KEPT_BY_INVERSION | {"nonzero"})
    return Properties(reduce(Range.both, ranges, REAL), names)


def _constant_array(value: int) -> Callable[[Node], Properties]:
    """Ones and zeros; square, they are ``1 1'`` and 0."""
    return lambda node: Properties(
        exactly(value), PSD if node.shape[0] == node.shape[1] else NOTHING
    )


def _array(node: Node) -> Properties:
    rows, columns = node.shape
    entries = reduce(Range.either, (known(arg).entries for arg in node.args))
    names = {"nonzero"} & common(node.args)
    if rows == columns and isinstance(rows, int):
        places = [(i, j) for i in range(rows) for j in range(i)]
        if all(node.args[i * rows + j] is node.args[j * rows + i] for i, j in places):
            names |= {"symmetric"}
    return Properties(entries, frozenset(names))


# --- sums and products ----------------------------------------------------------------


def _sum(node: Node) -> Properties:
    entries = reduce(Range.__add__, (known(arg).entries for arg in node.args))
    names = common(node.args) & (PSD | ZEROS)
    if "psd" in names and any("spd" in known(arg).names for arg in node.args):
        names |= SPD
    if node.shape[0] == node.shape[1] and _is_sum_of_transposes(node):
        names |= {"symmetric"}
    return Properties(entries, names)


def _is_sum_of_transposes(node: Node) -> bool:
    """Whether each term is symmetric or stands beside its transpose, as in A + A'.

    Sums below transposes are opened where there are any: ``A + B + (A + B)'``.
    """
    terms: Sequence[Node] = node.args
    loose = [term for term in terms if "symmetric" not in known(term).names]
    if any(term.op == "transpose" and term.args[0].op == "add" for term in loose):
        loose = [term for term in canonical(node).args if not _is_own_transpose(term)]
    if any(count % 2 for count in Counter(term.symbols for term in loose).values()):
        return False
    return Counter(map(canonical, loose)) == Counter(map(canonical_transpose, loose))


def _is_own_transpose(term: Node) -> bool:
    """Whether a term is symmetric by its form or by a fact declared of it."""
    base = term.args[0] if term.op == "transpose" else term
    return "symmetric" in base.facts or canonical_transpose(term) is canonical(term)


def _product(node: Node) -> Properties:
    coefficient, scalars, chain = split_product(node)
    if scalars == (node,):
        scalars, chain = (), node.args
    outside = exactly(coefficient) * _range_of_factors(scalars)
    is_nonzero_outside = all("nonzero" in known(scalar).names for scalar in scalars)
    if not chain:
        return Properties(outside, frozenset({"nonzero"} if is_nonzero_outside else ()))
    inside = _chain(chain)
    kept = {"symmetric", *ZEROS}
    if is_nonzero_outside:
        kept |= {"nonzero", "invertible"}
    if outside.is_nonnegative:
        kept |= {"psd", "spd"} if outside.is_positive else {"psd"}
    if abs(coefficient) == 1 and not scalars:
        kept |= {"orthogonal"}
    return Properties(outside * inside.entries, inside.names & kept)


def _range_of_factors(factors: Sequence[Node]) -> Range:
    """The range of a product of entries; equal factors are a power."""
    powers = (known(f).entries ** Fraction(count) for f, count in Counter(factors).items())
    return reduce(Range.__mul__, powers, ONE)


def _chain(chain: Sequence[Node]) -> Properties:
    """A product of matrices: each entry is a sum of at least one product of entries."""
    if len(chain) == 1:
        return known(chain[0])
    picked = [factor for factor in chain if not _is_unit(factor)]
    if len(picked) == 1:  # a row, a column or an entry of one matrix
        inside = known(picked[0])
        return Properties(inside.entries, inside.names & {"nonzero"})
    entries = reduce(Range.__mul__, (known(factor).entries for factor in chain)) * AT_LEAST_ONE
    names = common(chain) & {"invertible", "orthogonal", *ZEROS}
    if "diagonal" in names:
        names |= common(chain) & PSD  # diagonal matrices commute
    return Properties(entries, names | _congruence(chain))


def _is_unit(factor: Node) -> bool:
    return factor.op == "unit" or (factor.op == "transpose" and factor.args[0].op == "unit")


def _congruence(chain: Sequence[Node]) -> Names:
    """``B' M B`` is symmetric and psd with M, and spd with M if B v = 0 only for v = 0."""
    half = len(chain) // 2
    right = chain[len(chain) - half :]
    if not all(map(_are_mirrored, chain[:half], reversed(right))):
        return NOTHING
    middle = known(chain[half]).names if len(chain) % 2 else SPD
    return SPD if "spd" in middle and all(map(_is_injective, right)) else middle & PSD


def _are_mirrored(left: Node, right: Node) -> bool:
    """Whether two factors are each other's transpose."""
    if left.shape != right.shape[::-1] or left.symbols != right.symbols:
        return False
    if left is right:
        return "symmetric" in known(left).names
    if left.op != right.op and "transpose" not in {left.op, right.op}:
        return False
    return canonical_transpose(left) is canonical(right)


def _is_injective(factor: Node) -> bool:
    """Whether a factor maps no vector but 0 to 0: invertible, or a column that is not 0."""
    names = known(factor).names
    return "invertible" in names or (factor.shape[1] == 1 and "nonzero" in names)


def _elementwise_product(node: Node) -> Properties:
    shared = common(node.args)
    names = shared & (KEPT_ENTRY_BY_ENTRY | {"nonzero"})
    for arg in node.args:
        names |= known(arg).names & ZEROS
    return Properties(_range_of_factors(node.args), names)


# --- powers, maps, inverses -----------------------------------------------------------


def _power(node: Node) -> Properties:
    base, exponent = known(node.args[0]), node.args[1]
    names = base.names & {"symmetric", "nonzero"}
    if not exponent.is_number:
        sign = next((r for r in (POSITIVE, NONNEGATIVE) if base.entries.is_within(r)), REAL)
        return Properties(sign, names)
    value = Fraction(exponent.data)
    if value < 0:
        names |= {"nonzero"}
    if value.denominator == 1 and value > 0:
        names |= base.names & KEPT_ENTRY_BY_ENTRY
    return Properties(base.entries**value, names)


def _matrix_power(node: Node) -> Properties:
    base = known(node.args[0])
    names = base.names & KEPT_BY_INVERSION
    if "symmetric" in names and node.data % 2 == 0:
        names |= PSD
    if not base.entries.is_nonnegative:
        return Properties(names=names)
    return Properties(base.entries ** Fraction(node.data) * AT_LEAST_ONE, names)


def _symbolic_matrix_power(node: Node) -> Properties:
    return Properties(names=known(node.args[0]).names & KEPT_BY_INVERSION)


def _map(node: Node) -> Properties:
    inside = known(node.args[0])
    function = ELEMENTWISE.get(node.data)
    names = inside.names & {"symmetric"}
    if node.data in {"abs", "sign"}:
        names |= inside.names & {"nonzero", "diagonal"}
    return Properties(MAP_RANGES[function.range] if function else REAL, names)


def _transpose(node: Node) -> Properties:
    inside = known(node.args[0])
    names = {TURNED.get(name, name) for name in inside.names}
    return Properties(inside.entries, frozenset(names))


def _inverse(node: Node) -> Properties:
    return Properties(names=known(node.args[0]).names & KEPT_BY_INVERSION | {"invertible"})


# --- totals, diagonals, blocks -------------------------------------------------------


def _sum_of_entries(node: Node) -> Properties:
    """A trace; a total, which is ``1' M 1``."""
    inside = known(node.args[0])
    return Properties((inside.entries * AT_LEAST_ONE).both(sign_of(inside)))


def _sum_over(node: Node) -> Properties:
    """A sum over the values of an index: of at least one term where it runs over a size."""
    body = known(node.args[0])
    if isinstance(node.data.data.last, Node):
        kept = NONNEGATIVE if body.entries.is_nonnegative else REAL
        return Properties(kept, body.names & (PSD | {"diagonal"}))
    return Properties(body.entries * AT_LEAST_ONE, body.names & (PSD | {"spd", "diagonal"}))


def _diagonal_matrix(node: Node) -> Properties:
    inside = known(node.args[0])
    names = frozenset({"symmetric", "diagonal"})
    if "nonzero" in inside.names:
        names |= {"invertible"}
    return Properties(inside.entries.either(exactly(0)), names)


def _diagonal_vector(node: Node) -> Properties:
    inside = known(node.args[0])
    sign = POSITIVE if node.args[0].op == "cholesky" else sign_of(inside)
    return Properties(inside.entries.both(sign), inside.names & {"nonzero"})


def _kronecker(node: Node) -> Properties:
    """Each entry is a product of two; what both factors are, the product is."""
    left, right = map(known, node.args)
    return Properties(left.entries * right.entries, left.names & right.names)


def _of_blocks(node: Node) -> Properties:
    """Every entry is one of a block."""
    entries = reduce(Range.either, (known(arg).entries for arg in node.args))
    return Properties(entries, common(node.args) & {"nonzero"})


def _diagonal_means(node: Node) -> Properties:
    """Means keep signs and zeros of whole diagonals; the nearest psd Toeplitz is another."""
    inside = known(node.args[0])
    is_signed = inside.entries.is_positive or inside.entries.is_negative
    kept = {"symmetric", *ZEROS} | ({"nonzero"} if is_signed else set())
    return Properties(inside.entries, inside.names & kept)


def _combined(node: Node) -> Properties:
    """One of the arguments; Huber's loss is never negative."""
    if node.data == "huber":
        return Properties(NONNEGATIVE)
    return Properties(reduce(Range.either, (known(arg).entries for arg in node.args)))


RULES: dict[str, Callable[[Node], Properties]] = {
    "symbol": _symbol,
    "number": lambda node: Properties(exactly(node.data)),
    "constant": within(POSITIVE),
    "size": within(AT_LEAST_ONE),
    "eye": lambda node: Properties(UNIT, SPD | {"orthogonal", "diagonal"}),
    "ones": _constant_array(1),
    "zero": _constant_array(0),
    "add": _sum,
    "mul": _product,
    "had": _elementwise_product,
    "pow": _power,
    "mpow": _matrix_power,
    "matpow": _symbolic_matrix_power,
    "sum_over": _sum_over,
    "index": lambda node: Properties(AT_LEAST_ONE if node.data.first >= 1 else NONNEGATIVE),
    "unit": within(UNIT),
    "transpose": _transpose,
    "inverse": _inverse,
    "map": _map,
    "trace": _sum_of_entries,
    "total": _sum_of_entries,
    "diag": _diagonal_matrix,
    "diagonal": _diagonal_vector,
    "softmax": within(UNIT.both(POSITIVE)),
    "rowsoftmax": within(UNIT.both(POSITIVE)),
    "array": _array,
    "max": lambda node: Properties(known(node.args[0]).entries),
    "min": lambda node: Properties(known(node.args[0]).entries),
    "peak": within(UNIT),
    "combine": _combined,
    "block": _of_blocks,
    "kron": _kronecker,
    "toeplitz": _diagonal_means,
    "commutation": lambda node: Properties(UNIT, frozenset({"orthogonal"})),
    **SPECTRAL_RULES,
    **MATRIX_RULES,
}

# Of their values nothing is known: of the last three because they are no values themselves.
SAYS_NOTHING: Names = frozenset(
    {
        "logdet",
        "logsumexp",
        "rowlogsumexp",
        "gaps",
        "block_inner",
        "block_sum",
        "differential",
        "nabla",
        "derivative",
        "expectation",
    }
)
