"""Print docs/rules.md from the tables: ``python docs/print_rules.py > docs/rules.md``.

Every row of the tables of ``derive.rules`` and ``derive.language.facts`` becomes a line, so
the page cannot differ from what the library applies.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from sympy import Dummy, Expr, Symbol

from derive.language.distributions import distribution
from derive.language.expression import Node
from derive.language.facts import FACTS
from derive.language.functions import postorder
from derive.language.operators import ELEMENTWISE, MATRIX_FUNCTIONS
from derive.language.relations import Condition, Words
from derive.language.spectral import BUILDERS as SPECTRAL
from derive.language.vector_law import VectorLaw
from derive.reading import parse
from derive.rules.differentials import DIFFERENTIALS
from derive.rules.domains import DOMAINS
from derive.rules.elementwise import DERIVATIVES
from derive.rules.families import ETA, KERNELS
from derive.rules.structures import STRUCTURES
from derive.rules.vector_families import KERNELS as VECTOR_KERNELS
from derive.rules.vector_families import MEAN_FACTS, SPREAD_FACTS
from derive.writing.plain import plain

OPENING = """\
# Rules

Printed by `docs/print_rules.py` from the tables in `derive/rules` and `derive/language/facts.py`.
The last column of most tables names an entry of [the sources](references.bib).
"""


def argument_of(op: str) -> str:
    """A vector, a symmetric matrix or any matrix."""
    if op == "gaps":
        return "u"
    return "S" if op.startswith(("eig", "lambda", "resolvent")) else "B"


# The conditions of a power depend on its exponent, those of a map on its function: the forms
# shown for each operator of the table of domains.
FORMS: dict[str, tuple[str, ...]] = {
    "pow": ("x^p", "1/x", "x^(1/2)", "x^(-1/2)"),
    "map": tuple(f"{name}(x)" for name in ELEMENTWISE),
    "matpow": ("A^k", "A^m"),
    "inverse": ("inv(A)",),
    "det": ("det(A)",),
    "logdet": ("logdet(A)",),
    "norm2": ("norm2(u)",),
    "norm1": ("norm1(u)",),
    **{op: (f"{op}({argument_of(op)})",) for op in SPECTRAL},
    "polygamma": ("polygamma(2, x)",),
    "besseli": ("besseli(1, x)", "besseli(1/2, x)", "besseli(p, x)"),
    "zeta": ("riemann_zeta(x)",),
    "gammainc": ("gammainc(p, x)",),
    "betainc": ("betainc(p, 2, x)",),
    "normquantile": ("normquantile(x)",),
    "gammaincinv": ("gammaincinv(p, x)",),
    "betaincinv": ("betaincinv(p, 2, x)",),
    "matrixmap": tuple(f"{name}(A)" for name in MATRIX_FUNCTIONS),
    "frechet": tuple(f"{name}_frechet(A, E)" for name in MATRIX_FUNCTIONS),
    "cholesky": ("cholesky(A)",),
    "adjugate": ("adj(A)",),
    "pinv": ("pinv(X)",),
    "max": ("max(u)", "max(x, p)"),
    "min": ("min(u)", "min(x, p)"),
    "norminf": ("norminf(u)",),
    "peak": ("is_max(u)", "is_min(u)"),
    "combine": ("maximum(u, v)", "minimum(u, v)", "clip(u, x, p)", "clip(u, -p, p)", "huber(u, p)"),
}
FORM_SHAPES = (
    "x: scalar, p: scalar, k: integer, m: integer nonnegative, u: n, v: n, A: n x n, "
    "E: n x n, X: n x d, S: n x n symmetric, B: n x d"
)


def differentials() -> Iterator[Sequence[str]]:
    """The differential of each operator; the first row that fits is the one used."""
    for rule in DIFFERENTIALS:
        yield rule.name, code(rule.op), code(rule.statement), rule.reference


def structures() -> Iterator[Sequence[str]]:
    """What a gradient becomes in each structure."""
    for row in STRUCTURES.values():
        question = row.question.format("X'X", "1" if row.shapes == "vector" else "I")
        yield code(row.name), question, code(row.statement), code(row.fact), row.reference


def derivatives() -> Iterator[Sequence[str]]:
    """The slope of each elementwise function."""
    for row in DERIVATIVES.values():
        gloss = ELEMENTWISE[row.function].gloss
        yield code(row.function), gloss, code(row.statement), row.reference


def domains() -> Iterator[Sequence[str]]:
    """What each operator needs for a value, and for a derivative beyond that."""
    for op, row in DOMAINS.items():
        for form in FORMS[op]:
            node = next(part for part in postorder(parse(form, FORM_SHAPES)) if part.op == op)
            defined, smooth = row.defined(node), (*row.smooth(node), *row.written(node))
            if defined or smooth:
                yield code(plain(node)), conditions(defined), conditions(smooth)


def kernels() -> Iterator[Sequence[str]]:
    """The kernels of exponential families, with their totals."""
    for kernel in KERNELS:
        names = {kernel.value: Symbol("y"), ETA[0]: Symbol("a"), ETA[1]: Symbol("b")}
        features = ", ".join(written(f, names) for f in kernel.features)
        yield (
            kernel.title,
            str(kernel.support),
            code(features),
            code(written(kernel.log_base, names)),
            code(written(kernel.log_total, names)),
            kernel.statement,
            kernel.reference,
        )


def vector_kernels() -> Iterator[Sequence[str]]:
    """The kernels of vectors and matrices, with their totals."""
    for kernel in VECTOR_KERNELS:
        yield kernel.title, kernel.statement, kernel.reference


def vector_means() -> Iterator[Sequence[str]]:
    """What is known of means under laws of vectors and matrices beside the totals."""
    for fact in MEAN_FACTS:
        law = distribution(fact.law)
        assert isinstance(law, VectorLaw)
        value = law.value("x" if type(law).value_shape[1] == "1" else "X")
        feature, mean = fact.feature(value, *law.values), fact.mean(*law.values)
        yield f"{law!r}", code(plain(feature)), code(plain(mean)), fact.origin
    for spread in SPREAD_FACTS:
        yield f"{distribution(spread.law)!r}", "covariance", "", spread.origin


def facts() -> Iterator[Sequence[str]]:
    """What may be declared of a symbol."""
    for fact in FACTS.values():
        implied = ", ".join(map(code, fact.implies))
        printed = fact.condition.replace("{0}", "S" if fact.shapes == "square" else "x")
        yield code(fact.name), fact.meaning, implied, fact.shapes, code(printed)


def written(expression: Expr, names: dict[Dummy, Symbol]) -> str:
    """A SymPy expression with plain letters."""
    return str(expression.xreplace(names)).replace("**", "^")


def conditions(found: Sequence[Condition]) -> str:
    """Conditions as text."""
    return ", ".join(
        str(c) if isinstance(c, Words) else code(f"{side(c.left)} {c.sign} {side(c.right)}")
        for c in found
    )


def side(value: object) -> str:
    """One side of a relation as text."""
    return plain(value) if isinstance(value, Node) else str(value)


def code(text: str) -> str:
    """Text in a code span that a table cell can hold."""
    return f"`{text}`" if text else ""


def table(heads: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = [heads, ["---"] * len(heads)]
    lines += [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def page() -> str:
    """The whole of docs/rules.md."""
    parts = (
        OPENING,
        "## Differentials\n",
        "`A'` is the transpose, `A o B` the elementwise product. Where an operator has several\n"
        "rows, the first that fits is used. The gradient follows by transposition.\n",
        table(("rule", "operator", "statement", "source"), differentials()),
        "## Elementwise functions\n",
        table(("function", "what it is", "differential", "source"), derivatives()),
        "## Structures\n",
        "What a gradient `G` with every entry free becomes where `X` may not move freely.\n",
        table(("structure", "X moves", "gradient", "fact of X", "source"), structures()),
        "## Domains\n",
        "What is needed for a value, and for a derivative beyond that. A whole positive power\n"
        "and all functions that are not listed need nothing.\n",
        table(("expression", "value", "derivative"), domains()),
        "## Kernels of exponential families\n",
        "A kernel is `h(y) exp(a f1(y) + b f2(y))`; `Z` is its total over the support.\n",
        table(
            ("kernel", "support", "`f1, f2`", "`log h`", "`log Z`", "statement", "source"),
            kernels(),
        ),
        "## Kernels of vectors and matrices\n",
        "Means of the statistics are gradients of the logarithm of the total.\n",
        table(("kernel", "statement", "source"), vector_kernels()),
        "Means that are no derivative of a total, each tested by integrating the density:\n",
        table(("law", "function", "mean", "reason"), vector_means()),
        "## Facts\n",
        table(("fact", "meaning", "implies", "shapes", "printed as"), facts()),
    )
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.buffer.write(page().encode())
