"""Print docs/divergences.md: ``python docs/print_divergences.py > docs/divergences.md``.

The formulas are derived, and each certificate must be verified, or nothing is printed; the
matrix of all pairs is read from docs/divergence_marks.txt, which divergence_marks.py writes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))

from divergence_marks import MEANINGS, ORDERED, read_marks, with_suffix  # noqa: E402

from derive.derivation import Derivation  # noqa: E402
from derive.errors import ArgumentError, NoClosedFormError  # noqa: E402
from derive.information.kl_divergence import kl_divergence  # noqa: E402
from derive.language import distributions  # noqa: E402
from derive.language.distributions import PAIR_LAWS, VECTOR_LAWS  # noqa: E402
from derive.writing.plain import plain  # noqa: E402
from derive.writing.plain_data import worded  # noqa: E402
from derive.writing.sentences import conditions_of  # noqa: E402

MARKS = read_marks()

LONGEST = 300  # characters of a formula between laws of one family
SHORT = 160  # and between families
WELL_KNOWN = (
    "Normal",
    "Laplace",
    "Logistic",
    "Exponential",
    "Gamma",
    "InverseGamma",
    "Weibull",
    "Rayleigh",
    "LogNormal",
    "Pareto",
    "Beta",
    "Uniform",
    "Bernoulli",
    "Binomial",
    "Geometric",
    "Poisson",
    "DiscreteUniform",
)
VECTOR_PAIRS = (
    ("Wishart", "InverseWishart"),
    ("InverseWishart", "Wishart"),
    ("MultivariateT", "MultivariateNormal"),
)

OPENING = """\
# Divergences

Printed by `docs/print_divergences.py`. Every formula was derived by `kl_divergence` and compared
with integrals or sums: its certificate is verified. In nats. Entropies stand with the
[laws](laws.md); how such an answer is derived is told under
[entropy and divergence](entropy.md).

P has parameters that end in 1, Q in 2; a parameter without a figure is the same in both, where
there is no closed form otherwise. The last column holds what the answer needs beyond what each
law needs by itself. A condition on the ends of supports says where P lies inside Q; where it
fails the divergence is infinite.

## Within a family

| P | Q | KL(P ‖ Q) | where |
|---|---|---|---|
"""
BETWEEN = f"""
## Between families

All ordered pairs of {", ".join(WELL_KNOWN[:8])},
{", ".join(WELL_KNOWN[8:-1])} and {WELL_KNOWN[-1]}
with a closed form of at most {SHORT} characters; then pairs of laws of vectors and matrices.

| P | Q | KL(P ‖ Q) | where |
|---|---|---|---|
"""
MATRIX = """
## All ordered pairs

Rows are P and columns Q, laws of numbers in one order, with all parameters free. A mark says
whether the means of log p - log q have closed forms; the matrix is computed without certificates,
and a derivation that is asked for is checked when it is asked for.

"""


def family(name: str) -> Any:
    """A class of laws by its name."""
    return getattr(distributions, name)


def added(found: Derivation, *laws: Any) -> str:
    """Conditions of an answer that its laws do not have by themselves."""
    own = {worded(condition) for law in laws for condition in conditions_of(law.conditions, ())}
    return ", ".join(f"`{c}`" for c in found.conditions if c not in own)


def row(p: Any, q: Any, longest: int) -> tuple[str, bool]:
    """One divergence as a row of a table, and whether its formula is on it.

    No formula is printed that is longer, or whose certificate is not verified.
    """
    found = kl_divergence(p, q)
    verdict, formula = found.certificate.verdict, plain(found.expression)
    if verdict == "refuted":
        raise RuntimeError(f"KL of {p!r} and {q!r} is refuted")
    if verdict == "verified" and len(formula) <= longest:
        return f"| `{p!r}` | `{q!r}` | `{formula}` | {added(found, p, q)} |", True
    why = "too long for a table" if verdict == "verified" else "not verified, so not printed"
    return f"| `{p!r}` | `{q!r}` | a closed form, {why} | {added(found, p, q)} |", False


def with_common(first: Any, common: tuple[str, ...]) -> tuple[Any, Any]:
    """Two laws of one family whose parameters are told apart, but for some that are common."""
    names = [place.name for place in first.parameters]
    return (
        first(*(name if name in common else name + "1" for name in names)),
        first(*(name if name in common else name + "2" for name in names)),
    )


def within(law: Any) -> str:
    """The divergence within one family, of as few common parameters as give a closed form."""
    names, reason = [place.name for place in law.parameters], ""
    for count in range(max(1, len(names))):
        for common in combinations(names, count):
            try:
                return row(*with_common(law, common), LONGEST)[0]
            except (NoClosedFormError, ArgumentError) as error:
                reason = reason or str(error).splitlines()[0]
    p, q = with_common(law, ())
    return f"| `{p!r}` | `{q!r}` | refused: {reason} | |"


def between() -> Iterator[str]:
    """The short divergences between well-known families."""
    for first in map(family, WELL_KNOWN):
        for second in map(family, WELL_KNOWN):
            if first is not second and MARKS[first.name, second.name] in "+c":
                written, has_formula = row(with_suffix(first, "1"), with_suffix(second, "2"), SHORT)
                if has_formula:
                    yield written
    for one, other in VECTOR_PAIRS:
        yield row(with_suffix(family(one), "1"), with_suffix(family(other), "2"), LONGEST)[0]


def matrix() -> Iterator[str]:
    """All marks, with the number of a column above it."""
    for sign, meaning in MEANINGS.items():
        count = sum(mark == sign for mark in MARKS.values())
        yield f"* `{sign}` {meaning}: {count} pairs"
    yield "\n```text"
    columns = range(1, len(ORDERED) + 1)
    yield " " * 25 + "".join(str(k // 10) if k >= 10 else " " for k in columns)
    yield " " * 25 + "".join(str(k % 10) for k in columns)
    for number, law in enumerate(ORDERED, 1):
        marks = "".join(MARKS[law.name, other.name] for other in ORDERED)
        yield f"{number:2} {law.name:21} {marks}"
    yield "```"


def page() -> Iterator[str]:
    """The page, line by line."""
    laws = (*ORDERED, *sorted((*VECTOR_LAWS, *PAIR_LAWS), key=lambda law: law.name))
    for part, lines in ((OPENING, map(within, laws)), (BETWEEN, between()), (MATRIX, matrix())):
        yield part
        for line in lines:
            yield line + "\n"


if __name__ == "__main__":
    sys.stdout.writelines(page())
