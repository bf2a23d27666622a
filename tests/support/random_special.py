"""Random scalars with Bessel, zeta and incomplete functions of what a vector is in."""

from __future__ import annotations

import random
from fractions import Fraction

from random_expressions import LETTERS

from derive.language import functions as fn
from derive.language.expression import number
from derive.language.incomplete_functions import (
    betainc,
    betaincinv,
    gammainc,
    gammaincinv,
    normquantile,
)
from derive.language.special_functions import besseli, zeta

SHAPES = (Fraction(1, 2), 1, Fraction(3, 2), 2, 3)


def case(seed):
    """Expression, variable and random source of one seed: replay with ``case(seed)``."""
    rng = random.Random(f"special {seed}")
    x, u = LETTERS["x"], LETTERS["u"] if LETTERS["u"].shape == LETTERS["x"].shape else LETTERS["x"]
    form = fn.norm2(x) ** 2 / rng.randint(2, 5)
    if u is not x and rng.random() < 0.5:
        form = (fn.dot(u, x)) ** 2 / 3 + form
    positive, share = form + Fraction(1, 4), 1 / (form + rng.randint(1, 3) + Fraction(1, 3))
    a, b = (number(Fraction(rng.choice(SHAPES))) for _ in range(2))
    function = rng.choice(
        (
            lambda: besseli(a, positive),
            lambda: zeta(rng.randint(0, 2), form + 2),
            lambda: gammainc(a, positive),
            lambda: betainc(a, b, share),
            lambda: normquantile(share),
            lambda: gammaincinv(a, share),
            lambda: betaincinv(a, b, share),
        )
    )()
    if rng.random() < 0.5:
        function = fn.elementwise(rng.choice(("tanh", "arctan")), function) + form
    return function, x, rng
