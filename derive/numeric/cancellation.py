"""Which results of a plan can lose all their digits, and whether one has.

A result that is an elementwise function of what is given is watched where it is made, by
products, quotients and powers, from a sum with a transcendental function in it.  A watched
sum costs a comparison.  Only when its terms agree to the last digit is the result computed
again, at higher precision: it may be right, or as uncertain as the last digits of the arguments.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from derive.language.expression import make
from derive.numeric.exact import EXACT_FUNCTIONS, ExactValues, is_elementwise, leaves_below
from derive.numeric.literals import Output
from derive.numeric.terms import Term, Terms, terms_below

#: Elementwise functions by which a relative error is kept, up to a factor.
KEEPING = frozenset({"abs", "sqrt", "arctan", "expm1", "log1p", "sin", "sinh", "tan", "tanh"})
ROUNDING = 2.0**-52
ATTEMPTS = 40  # so many times a suspicion may turn out wrong before it costs no more time


@dataclass(frozen=True)
class Watched:
    """An elementwise result, the sums it is made from, and what lies below."""

    label: str
    result: Term
    sums: tuple[Term, ...]
    leaves: tuple[Term, ...]


def watched_results(labels: Sequence[str], outputs: Sequence[Term]) -> tuple[Watched, ...]:
    """The results that can lose all digits."""
    found = []
    for label, output in zip(labels, outputs, strict=True):
        result = output.args[0] if output.op == "diagonal_matrix" else output
        sums = tuple(term for term in _bare_sums(result) if _can_cancel(term))
        if not sums:
            continue
        leaves = leaves_below(result)
        if leaves is not None:
            found.append(Watched(label, result, sums, leaves))
    return tuple(found)


def flags_of(watched: Sequence[Watched]) -> list[Output]:
    """For each sum, where its terms agree, or an exponential in them has no right digit."""
    terms = Terms()
    sums = [_source(total) for item in watched for total in item.sums]
    return [
        _output(
            "lost",
            terms.make("lost", (total, *total.args, *_carried(total, terms)), total.shape),
        )
        for total in sums
    ]


def _carried(total: Term, terms: Terms) -> list[Term]:
    """What the rounding of exponents comes to: ``e^(u - v)`` times u and times v."""
    return [
        terms.times(arg, part, total.shape)
        for arg in total.args
        for exponent in _exponents(arg)
        for part in exponent.args
        if part.shape in (total.shape, ())
    ]


def _exponents(term: Term) -> list[Term]:
    """The sums in the exponents of a product."""
    if term.op in {"times", "over", "square", "negative", "spread", "power"}:
        return [found for arg in term.args for found in _exponents(arg)]
    is_exponential = term.op == "apply" and term.data == "exp"
    if not is_exponential:
        return []
    return [part for part in terms_below(term.args) if part.op == "sum"]


def parts_of(item: Watched) -> list[Output]:
    """The result and the leaves it is made from."""
    return [_output("part", term) for term in (item.result, *item.leaves)]


def _output(label: str, term: Term) -> Output:
    rows, columns = (*term.shape, 1, 1)[:2]
    return Output(label, make("zero", (), (rows, columns)), term)


def _source(total: Term) -> Term:
    return total.args[0] if total.op == "spread" else total


def _bare_sums(result: Term) -> list[Term]:
    """The sums that a relative error of the result comes from."""
    found, pending, seen = [], [result], set[Term]()
    while pending:
        term = pending.pop()
        if term in seen:
            continue
        seen.add(term)
        if term.op == "sum":
            found.append(term)
        elif term.op in {"times", "over", "square", "negative", "spread"}:
            pending.extend(term.args)
        elif term.op == "power" or (term.op == "apply" and term.data in KEEPING | {"log"}):
            pending.append(term.args[0])
    return found


def _can_cancel(total: Term) -> bool:
    """Whether two terms share what is given, or one is a number, and one is transcendental."""
    below = [_given(arg) for arg in total.args]
    is_shared = any(not given for given in below) or any(
        left & right for k, left in enumerate(below) for right in below[:k]
    )
    return is_shared and any(map(_is_transcendental, total.args))


def _given(term: Term) -> frozenset[Term]:
    """The arguments and other leaves of a term."""
    found, pending, seen = set(), [term], set[Term]()
    while pending:
        part = pending.pop()
        if part in seen or part.is_constant:
            continue
        seen.add(part)
        if is_elementwise(part):
            pending.extend(part.args)
        else:
            found.add(part)
    return frozenset(found)


def _is_transcendental(term: Term) -> bool:
    pending, seen = [term], set[Term]()
    while pending:
        part = pending.pop()
        if part in seen or part.is_constant:
            continue
        seen.add(part)
        if part.op in {"apply", "power", "combine"}:
            return part.op != "apply" or part.data in EXACT_FUNCTIONS
        if is_elementwise(part):
            pending.extend(part.args)
    return False


# --- at a call ------------------------------------------------------------------------


def right_value(
    item: Watched, entry: tuple[int, ...], found: float, values: Sequence[Any]
) -> float | None:
    """The right value of an entry, if what was found has no right digit without need.

    `values` are those of the leaves.  What the last digits of the leaves decide anyway is no
    loss: then a small change of a leaf changes the value as much.
    """
    leaves = dict(zip(item.leaves, values, strict=True))
    exact = ExactValues(leaves).settled(item.result, entry)
    if exact is None:
        return None
    error = abs(found - exact)
    if not error > 1e-2 * abs(exact):
        return None
    for leaf in item.leaves:
        moved = {**leaves, leaf: leaves[leaf] * (1 + ROUNDING)}
        beside = ExactValues(moved).settled(item.result, entry)
        if beside is None or abs(beside - exact) * 100 > error:
            return None
    return exact


def suspects(
    watched: Sequence[Watched], flags: Sequence[Any]
) -> Iterator[tuple[Watched, tuple[int, ...], tuple[int, ...]]]:
    """The first entry of each flag that is true: what is watched, the batch index, the entry."""
    sums = [(item, _source(total)) for item in watched for total in item.sums]
    for (item, total), flag in zip(sums, map(_array, flags), strict=True):
        if not flag.any():
            continue
        first = tuple(int(axis[0]) for axis in flag.nonzero()) if flag.ndim else ()
        place = len(first) - total.rank
        is_whole = total.shape == item.result.shape
        yield item, first[:place], first[place:] if is_whole else (0,) * item.result.rank


def _array(flag: Any) -> Any:
    return importlib.import_module("numpy").asarray(flag)


def watching(kernel: Callable[..., Any], count: int, alarm: Callable[..., None]) -> Any:
    """The kernel less its last `count` results; where one of them is true, the alarm."""

    def watched(*values: Any) -> Any:
        results = kernel(*values)
        if any(flag is not False and (flag is True or flag.any()) for flag in results[-count:]):
            alarm(values, results[-count:])
        return results[0] if len(results) == count + 1 else results[:-count]

    return watched
