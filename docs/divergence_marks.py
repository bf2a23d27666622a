"""Mark every ordered pair of laws: ``python docs/divergence_marks.py > docs/divergence_marks.txt``.

One line per law P, one mark per law Q, both in the order of their names.  A mark says how
KL(P || Q) comes out: whether the means of log p - log q have closed forms, not how these are
written, so that all pairs take minutes and not hours.  Nothing is certified here.
"""

from __future__ import annotations

import sys
from pathlib import Path

from derive.errors import DivergentMeanError, NoClosedFormError
from derive.language.distributions import LAWS
from derive.language.law import Law
from derive.probability.mean_of_sum import mean_of_sum
from derive.probability.question import pose
from derive.probability.supports import inclusion

ORDERED: tuple[type[Law], ...] = tuple(sorted(LAWS, key=lambda family: family.name))
MEANINGS = {
    "+": "closed form",
    "c": "closed form under a further condition",
    "s": "infinite: P has mass outside the support of Q",
    "m": "infinite: a mean of log q is infinite",
    ".": "refused: some mean has no closed form here",
}


def with_suffix(family: type[Law], suffix: str) -> Law:
    """A law of this family with every parameter named apart."""
    return family(*(place.name + suffix for place in family.parameters))


def mark(first: type[Law], second: type[Law]) -> str:
    """How the divergence of a law of the first family from one of the second comes out."""
    p, q = with_suffix(first, "1"), with_suffix(second, "2")
    support = inclusion(p.support, q.support)
    if support.outside is not None:
        return "s"
    question = pose((p, q), ("KL", "D"))
    opened = (law.log_density(question.variable) for law in question.opened)
    try:
        found = mean_of_sum(question, next(opened) - next(opened), "rational last")
    except DivergentMeanError:
        return "m"
    except NoClosedFormError:
        return "."
    return "c" if support.needs or found.requires else "+"


def read_marks() -> dict[tuple[str, str], str]:
    """The marks of the text file, by the names of P and Q."""
    text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    rows = dict(line.split() for line in text.splitlines())
    return {
        (first.name, second.name): rows[first.name][place]
        for first in ORDERED
        for place, second in enumerate(ORDERED)
    }


if __name__ == "__main__":
    for first in ORDERED:
        marks = "".join(mark(first, second) for second in ORDERED)
        sys.stdout.write(f"{first.name:20} {marks}\n")
        sys.stdout.flush()
