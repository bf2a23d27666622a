"""Laws of directions: vectors of length one.

Letters: ``x`` is the value, the others are the declared parameters in their order.  No
normalising constant is trusted: the checks sum the density over the sphere.
"""

from __future__ import annotations

from derive.language.expression import Node, number, size_node
from derive.language.functions import dot
from derive.language.laws.terms import PI, log
from derive.language.relations import Relation
from derive.language.special_functions import besseli
from derive.language.vector_law import ShapedParameter, VectorLaw


class VonMisesFisher(VectorLaw):
    """Von Mises-Fisher law on the unit sphere with mean direction mu and concentration kappa.

    The vectors have two entries or more; with two it is the law of an angle, ``VonMises``.

    Examples
    --------
    >>> print(VonMisesFisher())
    VonMisesFisher(mu, kappa): mean direction mu, concentration kappa
    """

    name = "von_mises_fisher"
    parameters = (
        ShapedParameter("mu", "unit", "mean direction", ("d", "1")),
        ShapedParameter("kappa", "positive", "concentration"),
    )
    sizes = ("d",)
    domain = "sphere"
    value_shape = ("d", "1")
    kernel = "sphere"

    def relations(self) -> tuple[Relation, ...]:
        """d > 1: on the line a direction is one of two points."""
        return (Relation(size_node(self.values[0].shape[0]), ">", number(1)),)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, kappa: Node) -> Node:
        """kappa mu'x - d/2 log(2 pi) - log I_(d/2 - 1)(kappa) + (d/2 - 1) log kappa."""
        d = size_node(mu.shape[0])
        order = d / 2 - 1
        whole = d / 2 * log(2 * PI) + log(besseli(order, kappa)) - order * log(kappa)
        return kappa * dot(mu, x) - whole

    @staticmethod
    def natural(mu: Node, kappa: Node) -> tuple[Node, ...]:
        """kappa mu."""
        return (kappa * mu,)
