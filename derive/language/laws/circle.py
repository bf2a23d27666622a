"""Laws of an angle.

Letters: ``x`` is the value, the others are the declared parameters in their order, ``y`` the
value of the kernel.  No normalising constant is trusted: the checks integrate the density.
"""

from __future__ import annotations

from derive.language.expression import Node, number
from derive.language.law import Law, Parameter, Piece
from derive.language.laws.terms import PI, cos, log
from derive.language.special_functions import besseli
from derive.language.support import Support


class VonMises(Law):
    """Von Mises law of an angle with direction mu and concentration kappa > 0.

    The angle is taken from [mu - pi, mu + pi].  Two such laws are compared as laws on the
    circle, where an angle and the same angle after a full turn are one.

    Examples
    --------
    >>> print(VonMises())
    VonMises(mu, kappa): direction mu, concentration kappa
    """

    name = "von_mises"
    parameters = (
        Parameter("mu", "real", "direction"),
        Parameter("kappa", "positive", "concentration"),
    )
    pieces = (Piece("circle", lambda y, mu, kappa: mu + y),)

    @staticmethod
    def log_density_terms(x: Node, mu: Node, kappa: Node) -> Node:
        """kappa cos(x - mu) - log(2 pi) - log I_0(kappa)."""
        return kappa * cos(x - mu) - log(2 * PI) - log(besseli(number(0), kappa))

    @staticmethod
    def support_at(mu: Node, kappa: Node) -> Support:
        """One full turn."""
        return Support(mu - PI, mu + PI, is_closed=True, is_angle=True)
