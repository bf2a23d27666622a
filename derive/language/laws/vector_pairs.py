"""Laws of a vector and a matrix, which is drawn first: priors of a mean and its covariance.

A pair is declared by the law of the matrix and the law of the vector given it, as in
``pairs.py``; sizes are symbolic.
"""

from __future__ import annotations

from typing import ClassVar

from derive.language.expression import Node, inverse, size_node
from derive.language.law import Law
from derive.language.laws.matrices import InverseWishart, Wishart
from derive.language.laws.pairs import PairLaw
from derive.language.laws.vectors import MultivariateNormal
from derive.language.relations import Relation
from derive.language.vector_law import ShapedParameter, VectorLaw


class VectorPairLaw(PairLaw, VectorLaw):
    """A law of a pair ``(x, T)``: the matrix T from `first`, then the vector x from `second`.

    The parameters are the mean of x, the number of observations it is worth, and the scale and
    the degrees of freedom of T.
    """

    parameters: ClassVar[tuple[ShapedParameter, ...]] = ()
    sizes = ("d",)
    domain = "vectors"
    value_shape = ("d", "1")

    @property
    def first(self) -> VectorLaw:
        """The law of the matrix."""
        raise NotImplementedError

    def second(self, given: Node) -> MultivariateNormal:
        """The law of the vector, given the matrix."""
        raise NotImplementedError

    def relations(self) -> tuple[Relation, ...]:
        """More than d - 1 degrees of freedom."""
        _, _, scale, degrees = self.values
        return (Relation(degrees, ">", size_node(scale.shape[0]) - 1),)

    def gathered(self, mean: Node, weight: Node, first: tuple[Node, ...]) -> Law:
        """The same family: the mean of x, its number of observations, the parameters of `first`."""
        degrees, scale = first
        return self.with_values(mean, weight, scale, degrees)


MEAN = ShapedParameter("mu0", "real", "mean", ("d", "1"))
WEIGHT = ShapedParameter("kappa", "positive", "number of observations")
DEGREES = ShapedParameter("nu", "positive", "degrees of freedom")


class NormalInverseWishart(VectorPairLaw):
    """Law of a mean and a covariance: S ~ InverseWishart(nu, Psi), m ~ N(mu0, S/kappa).

    Examples
    --------
    >>> print(NormalInverseWishart())
    NormalInverseWishart(mu0, kappa, Psi, nu): mean mu0, number of observations kappa, scale Psi, \
degrees of freedom nu
    """

    name = "normal_inverse_wishart"
    parameters = (MEAN, WEIGHT, ShapedParameter("Psi", "spd", "scale", ("d", "d")), DEGREES)
    names = ("m", "S")

    @property
    def first(self) -> InverseWishart:
        """The law of the covariance."""
        _, _, scale, degrees = self.values
        return InverseWishart(degrees, scale, p=self.size_of["d"])

    def second(self, given: Node) -> MultivariateNormal:
        """The law of the mean given the covariance."""
        mean, weight, _, _ = self.values
        return MultivariateNormal(mean, given / weight, d=self.size_of["d"])


class NormalWishart(VectorPairLaw):
    """Law of a mean and a precision: L ~ Wishart(nu, V), m ~ N(mu0, L^-1/kappa).

    Examples
    --------
    >>> print(NormalWishart())
    NormalWishart(mu0, kappa, V, nu): mean mu0, number of observations kappa, scale V, degrees of \
freedom nu
    """

    name = "normal_wishart"
    parameters = (MEAN, WEIGHT, ShapedParameter("V", "spd", "scale", ("d", "d")), DEGREES)
    names = ("m", "L")

    @property
    def first(self) -> Wishart:
        """The law of the precision."""
        _, _, scale, degrees = self.values
        return Wishart(degrees, scale, p=self.size_of["d"])

    def second(self, given: Node) -> MultivariateNormal:
        """The law of the mean given the precision."""
        mean, weight, _, _ = self.values
        return MultivariateNormal(mean, inverse(given) / weight, d=self.size_of["d"])
