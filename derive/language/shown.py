"""Short readable text of a node for messages: ``X'*(X*w - y)``, cut where it grows long.

Only messages and a debugger print this way; ``writing/plain.py`` prints in full what the
reader takes back.  The number of parts that are visited is limited, so a deep tree, or one
that holds the same part many times over, costs no more than a short one.

To show another operator, add a row to ``FORMS``; one without a row is ``name(arguments)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

LONGEST = 120  # characters
DEEPEST = 25  # operators inside one another
MOST_PARTS = 150  # symbols, numbers and operators in all
MOST_BITS = 400  # of a number that is written out

CUT = "…"
SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly the outermost operator binds

Written: TypeAlias = tuple[str, int]


class Shower:
    """Writes one node; ``parts`` are those it may still visit."""

    def __init__(self) -> None:
        self.parts = MOST_PARTS
        self.depth = 0

    def write(self, node: Any) -> Written:
        """The text of a node, and how tightly its outermost operator binds."""
        self.parts -= 1
        if self.parts < 0 or self.depth >= DEEPEST:
            return CUT, ATOM
        self.depth += 1
        found = FORMS.get(node.op, _call)(node, self)
        self.depth -= 1
        return found

    def inside(self, node: Any, least: int) -> str:
        """The text of a node, in brackets unless it binds at least as tightly as `least`."""
        text, level = self.write(node)
        return text if level >= least else f"({text})"


def shown(node: Any) -> str:
    """A node in plain text, at most ``LONGEST`` characters.

    Examples
    --------
    >>> from derive.language.expression import symbol
    >>> from derive.language.functions import elementwise
    >>> X, w, y = symbol("X", (3, 2)), symbol("w", (2, 1)), symbol("y", (3, 1))
    >>> shown(X.T @ (X @ w - y) / 2 + elementwise("log", w))
    "1/2*X'*(X*w - y) + log(w)"
    """
    text, _ = Shower().write(node)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + CUT


# --- one operator each ------------------------------------------------------------------


def _number(node: Any, shower: Shower) -> Written:
    value = node.data
    return _rational(value), SUM if value < 0 else ATOM if value.denominator == 1 else PRODUCT


def _rational(value: Fraction) -> str:
    """A number, or how long it is."""
    bits = max(abs(value.numerator), value.denominator).bit_length()
    return str(value) if bits <= MOST_BITS else f"<number of {int(bits * 0.30103) + 1} digits>"


def _sum(node: Any, shower: Shower) -> Written:
    text = ""
    for arg in node.args:
        term = shower.write(arg)[0]
        if not text:
            text = term
        elif term.startswith("-"):
            text += f" - {term[1:]}"
        else:
            text += f" + {term}"
        if shower.parts < 0:
            break
    return text, SUM


def _product(node: Any, shower: Shower) -> Written:
    """Factors in their order; a reciprocal of a scalar is divided by."""
    factors, sign, text = list(node.args), "", ""
    if factors[0].op == "number" and factors[0].data < 0:
        sign, text = "-", _rational(-factors[0].data) if factors[0].data != -1 else ""
        factors = factors[1:]
    for factor in factors:
        if _is_reciprocal(factor) and factor.is_scalar:
            text = f"{text or '1'}/{shower.inside(factor.args[0], POWER)}"
        else:
            least = PRODUCT if factor.op == "number" else POWER
            text += ("*" if text else "") + shower.inside(factor, least)
        if shower.parts < 0:
            break
    return sign + text, SUM if sign else PRODUCT


def _is_reciprocal(node: Any) -> bool:
    return bool(node.op == "pow" and node.args[1].op == "number" and node.args[1].data == -1)


def _hadamard(node: Any, shower: Shower) -> Written:
    text = shower.inside(node.args[0], POWER)
    for factor in node.args[1:]:
        if _is_reciprocal(factor):
            text += f"./{shower.inside(factor.args[0], POWER)}"
        else:
            text += f".*{shower.inside(factor, POWER)}"
        if shower.parts < 0:
            break
    return text, PRODUCT


def _power(node: Any, shower: Shower) -> Written:
    base, exponent = node.args
    if exponent.op == "number" and exponent.data == Fraction(1, 2):
        return f"sqrt({shower.write(base)[0]})", ATOM
    if _is_reciprocal(node) and node.is_scalar:
        return f"1/{shower.inside(base, POWER)}", PRODUCT
    sign = "^" if node.is_scalar else ".^"
    return f"{shower.inside(base, ATOM)}{sign}{shower.inside(exponent, ATOM)}", POWER


def _transpose(node: Any, shower: Shower) -> Written:
    return f"{shower.inside(node.args[0], ATOM)}'", ATOM


def _matrix_power(node: Any, shower: Shower) -> Written:
    return f"{shower.inside(node.args[0], ATOM)}^{node.data}", POWER


def _extreme(node: Any, shower: Shower) -> Written:
    """The largest of scalars by their names, of a vector by its own."""
    (inside,) = node.args
    if inside.op != "array" or inside.shape[1] != 1:
        return _call(node, shower)
    return f"{node.op}({', '.join(shower.write(entry)[0] for entry in inside.args)})", ATOM


def _array(node: Any, shower: Shower) -> Written:
    columns = int(node.shape[1])
    rows = [node.args[k : k + columns] for k in range(0, len(node.args), columns)]
    lines = []
    for row in rows:
        lines.append(f"[{', '.join(shower.write(entry)[0] for entry in row)}]")
        if shower.parts < 0:
            break
    return f"[{', '.join(lines)}]", ATOM


def _filled(name: str) -> Callable[[Any, Shower], Written]:
    def form(node: Any, shower: Shower) -> Written:
        rows, columns = node.shape
        sizes = f"{rows}" if columns == 1 or name == "eye" else f"{rows}, {columns}"
        return f"{name}({sizes})", ATOM

    return form


def _call(node: Any, shower: Shower) -> Written:
    name = NAMES.get(node.op) or (node.data if node.op in DATA_NAMED else node.op)
    return f"{name}({', '.join(shower.write(arg)[0] for arg in node.args)})", ATOM


def _block(node: Any, shower: Shower) -> Written:
    columns = node.data[1]
    rows = [node.args[k : k + columns] for k in range(0, len(node.args), columns)]
    lines = [f"[{', '.join(shower.write(entry)[0] for entry in row)}]" for row in rows]
    return f"[{', '.join(lines)}]", ATOM


def _sized_call(node: Any, shower: Shower) -> Written:
    """A call whose last arguments are sizes: those of the result, or those it keeps."""
    sizes = node.data or node.shape
    parts = [*(shower.write(arg)[0] for arg in node.args), *map(str, sizes)]
    return f"{node.op}({', '.join(parts)})", ATOM


def _named(name: Callable[[Any], str], *, first: bool = False) -> Callable[[Any, Shower], Written]:
    """A call whose name, or whose first argument, is in the data of the node."""

    def form(node: Any, shower: Shower) -> Written:
        told = [str(node.data)] if first else []
        arguments = [*told, *(shower.write(arg)[0] for arg in node.args)]
        return f"{name(node)}({', '.join(arguments)})", ATOM

    return form


def _mask(node: Any, shower: Shower) -> Written:
    return f"mask_{node.data}({', '.join(map(str, node.shape))})", ATOM


def _zeta(node: Any, shower: Shower) -> Written:
    """``riemann_zeta(s)``, its derivatives with their number first."""
    inside = shower.write(node.args[0])[0]
    return (f"zetaderiv({node.data}, {inside})" if node.data else f"riemann_zeta({inside})"), ATOM


DATA_NAMED = frozenset({"map", "matrixmap", "combine"})

NAMES: Mapping[str, str] = {
    "inverse": "inv",
    "differential": "d",
    "total": "sum",
    "trace": "tr",
    "adjugate": "adj",
}

FORMS: Mapping[str, Callable[[Any, Shower], Written]] = {
    "symbol": lambda node, shower: (node.name, ATOM),
    "number": _number,
    "constant": lambda node, shower: (str(node.data), ATOM),
    "size": lambda node, shower: (str(node.data), ATOM if str(node.data).isidentifier() else SUM),
    "eye": _filled("eye"),
    "ones": _filled("ones"),
    "zero": _filled("zeros"),
    "add": _sum,
    "mul": _product,
    "had": _hadamard,
    "pow": _power,
    "transpose": _transpose,
    "mpow": _matrix_power,
    "array": _array,
    "max": _extreme,
    "min": _extreme,
    "unvec": _sized_call,
    "part": lambda node, shower: (
        f"part({', '.join(map(str, (shower.write(node.args[0])[0], *node.data, *node.shape)))})",
        ATOM,
    ),
    "block": _block,
    "peak": lambda node, shower: (f"is_{node.data}({shower.write(node.args[0])[0]})", ATOM),
    "commutation": _sized_call,
    "mask": _mask,
    "frechet": _named(lambda node: f"{node.data}_frechet"),
    "polygamma": _named(lambda node: "polygamma", first=True),
    "zeta": _zeta,
    "index": lambda node, shower: (node.name, ATOM),
    "unit": lambda node, shower: (f"e_{shower.write(node.args[0])[0]}", ATOM),
    "matpow": lambda node, shower: (
        f"{shower.inside(node.args[0], ATOM)}^{shower.inside(node.args[1], ATOM)}",
        POWER,
    ),
    "sum_over": lambda node, shower: (
        f"sum_{node.data.name}({shower.write(node.args[0])[0]})",
        ATOM,
    ),
    "expectation": lambda node, shower: (
        f"E_{node.data[0]}[{shower.write(node.args[0])[0]}]",
        ATOM,
    ),
}
