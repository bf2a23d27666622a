"""Which of the pages for vectors and pairs a likelihood and a prior ask for."""

from __future__ import annotations

from typing import TypeAlias, TypeGuard

from derive.errors import ArgumentError, DomainError, NoClosedFormError, ShapeError
from derive.language.distributions import PAIR_LAWS, VECTOR_LAWS, VECTOR_PAIR_LAWS
from derive.language.law import Law
from derive.language.laws.pairs import PairLaw
from derive.language.laws.vector_pairs import VectorPairLaw
from derive.language.sizes import size_names
from derive.language.vector_law import VectorLaw
from derive.probability.law_text import as_law
from derive.probability.question import free_name
from derive.statistics.bayesian.vectors.joint import JointReading
from derive.statistics.bayesian.vectors.joint_asked import paired_jointly
from derive.statistics.bayesian.vectors.pages import VectorReading
from derive.statistics.bayesian.vectors.pair_asked import paired_with_pair
from derive.statistics.bayesian.vectors.pairing import paired_vectors
from derive.statistics.bayesian.vectors.pairs import PairReading

ShapedReading: TypeAlias = VectorReading | PairReading | JointReading


def shaped_reading(
    likelihood: Law | str, prior: Law | str, of: str | None, n: str | None, asked_by: str
) -> ShapedReading | None:
    """The posterior where a law of vectors or of pairs is asked about; None where none is.

    Raises
    ------
    ArgumentError
        The laws are of values of different kinds.
    """
    one = as_law(likelihood, asked_by, vectors=True, pairs=True)
    other = as_law(prior, asked_by, vectors=True, pairs=True)
    if isinstance(other, VectorPairLaw) and _is_of_vectors(one):
        return paired_jointly(one, other, of, n, asked_by)
    if _is_of_vectors(one) and _is_of_vectors(other):
        return VectorReading(paired_vectors(one, other, of, n, asked_by))
    is_number = not isinstance(one, VectorLaw | PairLaw)
    if isinstance(other, PairLaw) and not isinstance(other, VectorPairLaw) and is_number:
        return paired_with_pair(one, other, of, n, asked_by)
    if is_number and not isinstance(other, VectorLaw | PairLaw):
        return None
    raise ArgumentError(
        f"{asked_by}: {other!r} is no prior of a parameter of {one!r}: different kinds of value\n"
        f"  to fix   : a law of vectors takes a prior of vectors or matrices, a law of a number "
        f"one of numbers or of pairs"
    )


def conjugate_reading(law: Law, of: str | None, n: str | None) -> ShapedReading | None:
    """The update of a conjugate family of vectors or pairs; None where a number is asked about.

    Raises
    ------
    ArgumentError
        The unknown is not named.
    NoClosedFormError
        No known family is conjugate.
    """
    asked_by = "conjugate_prior"
    is_pair = isinstance(of, str) and "," in of
    if isinstance(law, VectorLaw):
        if of is None and len(law.symbols) != 1:
            raise ArgumentError(
                f"conjugate_prior needs to know which parameter of {law!r} is unknown\n"
                f"  to fix   : name it, of={(law.symbols or (None,))[0]!r}"
            )
        of = law.symbols[0].name if of is None else of
        families: tuple[type[Law], ...] = VECTOR_PAIR_LAWS if is_pair else VECTOR_LAWS
    elif is_pair:
        families = tuple(law for law in PAIR_LAWS if law not in VECTOR_PAIR_LAWS)
    else:
        return None
    for family in families:
        try:
            found = shaped_reading(law, _named(family, law), of, n, asked_by)
            assert found is not None
            require_law(found)
        except (NoClosedFormError, DomainError, ShapeError):
            continue
        return found
    raise NoClosedFormError(
        f"no known family is conjugate for {of or law.symbols[0]} in {law!r}\n"
        f"  known    : MultivariateNormal for a mean, InverseWishart for a covariance, Wishart for "
        f"inv(Sigma), Dirichlet for probabilities; for 'mu, sigma^2' NormalInverseGamma, "
        f"for 'm, S' NormalInverseWishart"
    )


def _is_of_vectors(law: Law) -> TypeGuard[VectorLaw]:
    """Whether the values are vectors or matrices, and no pairs of them."""
    return isinstance(law, VectorLaw) and not isinstance(law, VectorPairLaw)


def require_law(found: ShapedReading) -> None:
    """Read the posterior, which raises where it is no law of the family."""
    assert isinstance(found.law, Law)


def _named(family: type[Law], law: Law) -> Law:
    """The family with its own names for the parameters, or others where they are taken."""
    taken, chosen = {s.name for s in law.symbols}, []
    taken |= {name for s in law.symbols for name in size_names(s.shape)}
    for place in family.parameters:
        name = free_name((place.name, f"{place.name}_0", f"{place.name}_00"), taken)
        taken.add(name)
        chosen.append(name)
    return family(*chosen)
