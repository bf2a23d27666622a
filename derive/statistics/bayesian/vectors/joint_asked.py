"""A likelihood of vectors and a prior of a vector and a matrix: which parameters are unknown."""

from __future__ import annotations

from derive.errors import ArgumentError, NoClosedFormError
from derive.language.expression import Node, inverse
from derive.language.laws.vector_pairs import VectorPairLaw
from derive.language.vector_law import VectorLaw
from derive.probability.question import free_name
from derive.statistics.bayesian.vectors.joint import JointPairing, JointReading
from derive.statistics.bayesian.vectors.pairing import (
    INVERSE_NAMES,
    merged,
    parameter_or_inverse,
    sample_of,
    settled_at,
)


def paired_jointly(
    likelihood: VectorLaw, prior: VectorPairLaw, of: str | None, n: str | None, asked_by: str
) -> JointReading:
    """Put a likelihood of vectors and a prior of a vector and a matrix together.

    Raises
    ------
    ArgumentError
        The unknowns are not two parameters of the likelihood.
    NoClosedFormError
        The posterior is no law of the family of the prior.
    """
    if likelihood.value("x").shape[1] != 1:
        raise NoClosedFormError(
            f"{asked_by} has no rule for samples of matrices, got {likelihood!r}\n"
            f"  known    : laws of vectors, whose values are the rows of a sample"
        )
    prior = prior.shaped_like(likelihood.value("x").shape)  # type: ignore[assignment]
    likelihood, prior = merged(likelihood, prior)  # type: ignore[assignment]
    place, texts = _asked(likelihood, prior, of, asked_by)
    for k, text in enumerate(texts):
        found = JointReading(_put(likelihood, prior, place, text, n))
        try:
            assert found.update.natural
        except NoClosedFormError:
            if k == len(texts) - 1:
                raise
            continue
        return found
    raise AssertionError("one way is always tried")


def _asked(
    likelihood: VectorLaw, prior: VectorPairLaw, of: str | None, asked_by: str
) -> tuple[Node, tuple[str, ...]]:
    """The vector that is unknown, and what the matrix may be."""
    own = [s for s in likelihood.symbols if s not in prior.symbols]
    known = ", ".join(s.name for s in own) or "none"
    vectors = [s for s in own if s.shape == prior.values[0].shape and "positive" not in s.facts]
    matrices = [s for s in own if "spd" in s.facts and not s.is_scalar]
    if of is None:
        if len(vectors) != 1 or len(matrices) != 1:
            raise ArgumentError(
                f"{asked_by} needs a vector and a matrix of {likelihood!r} that the prior "
                f"{prior!r} is of\n  known    : {known}\n  to fix   : take a law with two, "
                f"MultivariateNormal(m, S), and name them, of='m, S'"
            )
        name = matrices[0].name
        return vectors[0], (name, f"inv({name})")
    if not isinstance(of, str) or of.count(",") != 1:
        raise ArgumentError(
            f"{asked_by} with a prior of a pair needs both unknowns, got of={of!r}\n"
            f"  to fix   : of='m, S' or of='m, inv(S)'"
        )
    first, second = (part.strip() for part in of.split(","))
    place = next((s for s in vectors if s.name == first), None)
    if place is None:
        raise ArgumentError(
            f"{first!r} is no vector among the parameters of {likelihood!r} that is none of "
            f"{prior!r}\n  known    : {known}"
        )
    return place, (second,)


def _put(
    likelihood: VectorLaw, prior: VectorPairLaw, place: Node, text: str, n: str | None
) -> JointPairing:
    asked = parameter_or_inverse(likelihood, text)
    replaced = next(iter(asked.symbols))
    if "spd" not in replaced.facts or replaced in prior.symbols:
        raise ArgumentError(
            f"of: {text!r} is no covariance or precision of {likelihood!r} that is unknown\n"
            f"  to fix   : of='{place.name}, ...' with a positive definite parameter"
        )
    taken = {s.name for law in (likelihood, prior) for s in law.symbols}
    is_own = asked is replaced
    name = replaced.name if is_own else free_name(INVERSE_NAMES, taken)
    spread = prior.first.value(name)
    change = {replaced: spread if is_own else inverse(spread)}
    moved = likelihood.with_values(*(settled_at(v, change) for v in likelihood.values))
    data, value = sample_of(moved, prior, taken | {name, place.name}, n)
    meaning = None if is_own else inverse(replaced)
    return JointPairing(moved, prior, place, spread, meaning, data, value)
