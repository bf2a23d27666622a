"""The functions that log densities are written with."""

from __future__ import annotations

from derive.language.expression import Node, constant, number, power
from derive.language.functions import elementwise

PI = constant("pi")
HALF = number(1) / 2


def log(node: Node) -> Node:
    """The natural logarithm; 0 of the number 1."""
    return number(0) if node is number(1) else elementwise("log", node)


def exp(node: Node) -> Node:
    """The exponential."""
    return elementwise("exp", node)


def sqrt(node: Node) -> Node:
    """The square root."""
    return power(node, HALF)


def absolute(node: Node) -> Node:
    """The absolute value."""
    return elementwise("abs", node)


def cos(node: Node) -> Node:
    """The cosine."""
    return elementwise("cos", node)


def normcdf(node: Node) -> Node:
    """The standard normal distribution function."""
    return elementwise("normcdf", node)


def step(node: Node) -> Node:
    """1 above 0, else 0."""
    return elementwise("step", node)


def closed_step(node: Node) -> Node:
    """1 from 0 on, else 0."""
    return elementwise("closed_step", node)


def loggamma(node: Node) -> Node:
    """The logarithm of the gamma function; 0 of the numbers 1 and 2."""
    return number(0) if node in (number(1), number(2)) else elementwise("loggamma", node)


def logbeta(a: Node, b: Node) -> Node:
    """The logarithm of the beta function."""
    return loggamma(a) + loggamma(b) - loggamma(a + b)
