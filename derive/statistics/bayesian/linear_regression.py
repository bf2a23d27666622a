"""Bayesian linear regression: posterior, prediction and evidence by completing the square."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

import sympy

from derive.check.claims import SameValue
from derive.derivation import Derivation
from derive.engine.naming import substituted
from derive.errors import ArgumentError, DomainError, ShapeError
from derive.language.expression import (
    Node,
    eye,
    inverse,
    multiply,
    number,
    size_node,
    symbol,
    transpose,
    zero,
)
from derive.language.facts import close_facts
from derive.language.functions import dot, logdet
from derive.language.laws.terms import PI, log
from derive.language.merged_names import ordered_symbols
from derive.language.relations import Condition, Relation, Words
from derive.language.sizes import Size
from derive.language.sympy_in import from_sympy
from derive.probability.question import free_name
from derive.probability.under_conditions import DerivationUnderConditions
from derive.reading import parse
from derive.steps import Step, Trace

Scalar: TypeAlias = str | int | float | Fraction | Node | sympy.Expr
SQUARE = "likelihood times prior"


@dataclass
class _Page:
    """Lines and claims of one page, with the names that they use."""

    regression: BayesianLinearRegression
    steps: list[Step] = field(default_factory=list)
    claims: list[SameValue] = field(default_factory=list)
    defined: dict[Node, Node] = field(default_factory=dict)

    def line(self, before: Node, after: Node, rule: str, claimed: bool = True) -> None:
        """A line, and that it is true."""
        self.steps.append(Step(before, after, rule))
        if claimed:
            one, other = self.full(before), self.full(after)
            self.claims.append(SameValue(one, other, conditions=self.regression.conditions))

    def define(self, name: Node, meaning: Node, rule: str) -> None:
        """A line that gives a name to something."""
        self.steps.append(Step(name, meaning, rule))
        self.defined[name] = self.full(meaning)

    def conclude(self, answer: Node, other: Node) -> None:
        """The answer by another way."""
        conditions = self.regression.conditions
        self.claims.append(SameValue(answer, other, conditions=conditions, kind="result"))

    def full(self, node: Node) -> Node:
        """A node without the names."""
        return substituted(node, self.defined)

    def derivation(
        self,
        question: str,
        results: tuple[tuple[str, Node], ...],
        more: tuple[Node, ...] = (),
        lefts: tuple[Node, ...] = (),
    ) -> Derivation:
        """The whole page."""
        model = self.regression
        used = frozenset().union(*(node.symbols for _, node in results))
        words, nodes = model.words()
        trace = Trace(
            question=Words(f"{question} of {words}", nodes),
            definitions=(),
            steps=tuple(self.steps),
            results=results,
            conditions=model.conditions,
            arguments=tuple(s for s in (*more, *model.symbols) if s in used),
            lefts=lefts,
        )
        return DerivationUnderConditions(trace, tuple(self.claims))


class BayesianLinearRegression:
    """A linear model ``y = Phi w + noise`` with a Gaussian prior on its weights.

    The noise is independent and Gaussian.  Every page is derived with sizes n (values) and d
    (weights) as symbols, and compiles to a function of the data.

    Parameters
    ----------
    prior_mean : str or 0
        The name of the mean of the weights, shape (d, 1); 0 for none.
    prior_covariance : str, number or expression
        The name of a positive definite matrix, shape (d, d); or a scalar in another form
        (``"tau^2"``, a number), which stands for that multiple of the identity.
    noise_variance : str, number or expression
        A positive scalar; names in it are positive.

    Raises
    ------
    DomainError
        A variance is not positive.
    ArgumentError
        A part is neither a name nor a scalar, or a name is used twice.

    References
    ----------
    bishop2006, sections 3.3 and 3.5.

    Examples
    --------
    >>> model = BayesianLinearRegression(0, "tau^2", "sigma^2")
    >>> model.maximum_a_posteriori()
    inv(sigma^2/tau^2*eye(d) + Phi'*Phi)*Phi'*y    # shape (d,)
    """

    def __init__(
        self,
        prior_mean: str | int = "m0",
        prior_covariance: Scalar = "S0",
        noise_variance: Scalar = "sigma2",
    ) -> None:
        n, d = Size.named("n"), Size.named("d")
        self.Phi, self.y = symbol("Phi", (n, d)), symbol("y", (n, 1))
        self.weights = symbol("w", (d, 1))
        self.noise = _positive("noise_variance", noise_variance)
        self.mean = _mean(prior_mean, d)
        self.covariance, self.precision = _covariance(prior_covariance, d)
        self.size, self.count = d, n
        names = [s.name for s in self.symbols]
        taken = {"n", "d", "w"}
        twice = sorted({name for name in names if names.count(name) > 1 or name in taken})
        if twice:
            raise ArgumentError(
                f"{twice[0]} is used for two things\n"
                f"  to fix   : Phi, y, w, n and d are the data, the weights and the sizes"
            )

    def __repr__(self) -> str:
        return (
            f"BayesianLinearRegression(prior_mean={self.mean!r}, "
            f"prior_covariance={self.covariance!r}, noise_variance={self.noise!r})"
        )

    @property
    def symbols(self) -> tuple[Node, ...]:
        """What the pages are written with, the data first."""
        parts = (self.mean, self.covariance, self.noise)
        found = dict.fromkeys(s for part in parts for s in ordered_symbols(part))
        return (self.Phi, self.y, *found)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """That the variances are positive."""
        found: list[Condition] = []
        for part in (self.noise, self.covariance):
            if part.is_scalar:
                found += [Relation(s, ">", number(0)) for s in ordered_symbols(part)]
            elif part.op == "symbol":
                found.append(Words("{0} positive definite", (part,)))
            else:
                found += [Relation(s, ">", number(0)) for s in ordered_symbols(part)]
        return tuple(dict.fromkeys(found))

    def words(self) -> tuple[str, tuple[Node, ...]]:
        """The model in words."""
        text = "{0} = {1} {2} + noise of variance {3}, prior of {2} Normal({4}, {5})"
        return text, (self.y, self.Phi, self.weights, self.noise, self.mean, self.covariance)

    def posterior(self) -> Derivation:
        """Derive the covariance and the mean of the weights given the data.

        Returns
        -------
        Derivation
            ``.result`` is the pair S_N, shape (d, d), and m_N, shape (d, 1): the weights are
            Normal(m_N, S_N).
        """
        page = _Page(self)
        S, m = self._completed(page)
        words = Words("{0} given {1} is Normal({2}, {3})", (self.weights, self.y, m, S))
        page.steps.append(Step(None, words, "read the kernel of a Gaussian"))
        gain = self.covariance @ transpose(self.Phi) @ inverse(self._marginal())
        page.conclude(page.full(S), self.covariance - gain @ self.Phi @ self.covariance)
        page.conclude(page.full(m), self.mean + gain @ (self.y - self.Phi @ self.mean))
        results = ((S.name, page.full(S)), (m.name, page.full(m)))
        return page.derivation("posterior", results, lefts=(S, m))

    def predictive(self) -> Derivation:
        """Derive the mean and the variance of the next value at features x, given the data.

        Returns
        -------
        Derivation
            ``.result`` is the pair of scalars ``x'm_N`` and ``sigma^2 + x'S_N x``: the next
            value is Gaussian with these; x has shape (d, 1).
        """
        page = _Page(self)
        S, m = self._completed(page)
        names = {s.name for s in self.symbols}
        x = symbol(free_name(("x", "x_new"), names), (self.size, 1))
        new = symbol(free_name(("y_new", "t_new"), names))
        mean, variance = symbol("mean"), symbol("variance")
        noise = symbol(free_name(("e", "epsilon"), names))
        text = "{0} = {1} + {2}, with {2} of variance {3} apart from the data"
        words = Words(text, (new, dot(x, self.weights), noise, self.noise))
        page.steps.append(Step(None, words, "the next value"))
        page.define(mean, dot(x, m), "mean of a linear function")
        spread = transpose(x) @ S @ x
        page.define(variance, self.noise + spread, "variances of independent parts add")
        k = self.Phi @ self.covariance @ x
        solved = inverse(self._marginal())
        residual = self.y - self.Phi @ self.mean
        page.conclude(page.full(mean), dot(x, self.mean) + transpose(k) @ solved @ residual)
        before = self.noise + transpose(x) @ self.covariance @ x
        page.conclude(page.full(variance), before - transpose(k) @ solved @ k)
        results = (("mean", page.full(mean)), ("variance", page.full(variance)))
        return page.derivation("prediction", results, (x,))

    def marginal_likelihood(self) -> Derivation:
        """Derive the log evidence of the data, the weights averaged out.

        Returns
        -------
        Derivation
            ``.result`` is log p(y), a scalar.
        """
        page = _Page(self)
        S, m = self._completed(page)
        n, d = size_node(self.count), size_node(self.size)
        density = log(symbol(free_name(("p", "P"), {s.name for s in self.symbols})))
        gram, linear, constant = self._gathered()
        prior = logdet(self.covariance)
        if self.covariance.op != "symbol":
            prior = d * log(self._scale())
        half, noise = number(Fraction(1, 2)), n * log(2 * PI * self.noise)
        left = constant - transpose(m) @ inverse(S) @ m
        shown = half * (logdet(S) - prior - noise - left)
        page.steps.append(Step(density, shown, "integrate the Gaussian in the weights"))
        fitted = transpose(linear) @ inverse(gram) @ linear
        if self.mean.op == "zero":
            products = transpose(self.Phi) @ self.y
            fitted = transpose(products) @ inverse(gram) @ products / self.noise**2
        answer = half * (fitted - logdet(gram) - prior - noise - constant)
        page.line(shown, answer, "insert covariance and mean")
        residual = self.y - self.Phi @ self.mean
        spread = transpose(residual) @ inverse(self._marginal()) @ residual
        other = -half * (n * log(2 * PI) + logdet(self._marginal()) + spread)
        page.conclude(answer, other)
        name = f"log_{density.args[0].name}"
        return page.derivation("log evidence", ((name, answer),), lefts=(density,))

    def maximum_a_posteriori(self) -> Derivation:
        """Derive the weights of largest posterior density: ridge regression for mean 0.

        Returns
        -------
        Derivation
            ``.result`` has shape (d, 1); with prior mean 0 and covariance tau^2 I it is the
            ridge estimate with penalty sigma^2/tau^2.
        """
        page = _Page(self)
        _, m = self._completed(page)
        hat = symbol("w_map", (self.size, 1))
        page.define(hat, m, "a Gaussian is largest at its mean")
        penalty = multiply(self.noise, self.precision)
        right = transpose(self.Phi) @ self.y
        if self.mean.op != "zero":
            right = right + penalty @ self.mean
        answer = inverse(transpose(self.Phi) @ self.Phi + penalty) @ right
        if self.covariance.op != "symbol":
            ratio = self.noise / self._scale()
            answer = inverse(ratio * eye(self.size) + transpose(self.Phi) @ self.Phi) @ right
        page.line(m, answer, "multiply through by the noise variance")
        gain = self.covariance @ transpose(self.Phi) @ inverse(self._marginal())
        page.conclude(answer, self.mean + gain @ (self.y - self.Phi @ self.mean))
        return page.derivation("mode of the posterior", ((hat.name, answer),))

    # --- what the pages share -----------------------------------------------------------

    def _scale(self) -> Node:
        """The scalar of a covariance that is a multiple of the identity."""
        return multiply(*(a for a in self.covariance.args if a.is_scalar))

    def _marginal(self) -> Node:
        """The covariance of the data, the weights averaged out."""
        whole = self.Phi @ self.covariance @ transpose(self.Phi)
        return self.noise * eye(self.count) + whole

    def _completed(self, page: _Page) -> tuple[Node, Node]:
        """The names of the covariance and the mean of the posterior, and the lines to them."""
        w, Phi, y, mean = self.weights, self.Phi, self.y, self.mean
        S = symbol("S_N", (self.size, self.size), close_facts(("spd",), "S_N", (3, 3)))
        m, Q = symbol("m_N", (self.size, 1)), symbol("Q")
        residual, apart = y - Phi @ w, w if mean.op == "zero" else w - mean
        start = dot(residual, residual) / self.noise + transpose(apart) @ self.precision @ apart
        words = Words("log posterior = {0} + a constant", (-Q / 2,))
        page.steps.append(Step(None, words, SQUARE))
        page.define(Q, start, "squares in the exponents")
        gram, linear, constant = self._gathered()
        expanded = transpose(w) @ gram @ w - 2 * transpose(w) @ linear + constant
        page.line(start, expanded, "collect in the weights")
        page.defined |= {S: inverse(gram), m: inverse(gram) @ linear}
        square = transpose(w - m) @ inverse(S) @ (w - m) + constant
        page.line(expanded, square - transpose(m) @ inverse(S) @ m, "complete the square")
        page.steps.append(Step(S, inverse(gram), "covariance of the posterior"))
        page.steps.append(Step(m, S @ linear, "mean of the posterior"))
        return S, m

    def _gathered(self) -> tuple[Node, Node, Node]:
        """The square, the linear and the constant part of the exponents in the weights."""
        gram = self.precision + transpose(self.Phi) @ self.Phi / self.noise
        linear = transpose(self.Phi) @ self.y / self.noise
        constant = dot(self.y, self.y) / self.noise
        if self.mean.op != "zero":
            linear = self.precision @ self.mean + linear
            constant = constant + transpose(self.mean) @ self.precision @ self.mean
        return gram, linear, constant


def _mean(value: object, d: Size) -> Node:
    if isinstance(value, str) and value.isidentifier():
        return symbol(value, (d, 1))
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if is_number and value == 0:
        return zero((d, 1))
    raise ArgumentError(
        f"prior_mean is a name or 0, got {str(value)[:40]!r}\n"
        f"  to fix   : name the vector, 'm0', and give its numbers to the function"
    )


def _covariance(value: Scalar, d: Size) -> tuple[Node, Node]:
    """The prior covariance and its inverse."""
    if isinstance(value, str) and value.isidentifier():
        S = symbol(value, (d, d), close_facts(("spd",), value, (3, 3)))
        return S, inverse(S)
    scale = _positive("prior_covariance", value)
    return scale * eye(d), eye(d) / scale


def _positive(what: str, value: Any) -> Node:
    """A positive scalar from a name, a text, a number or an expression."""
    node = _scalar(what, value)
    if not node.is_scalar:
        raise ShapeError(f"{what} must be a scalar, got a matrix {node!r}")
    letters = {
        s: symbol(s.name, facts=close_facts(("positive",), s.name, (1, 1)))
        for s in ordered_symbols(node)
    }
    if node.is_number and node.data <= 0:
        raise DomainError(f"{what} must be positive, got {node!r}")
    return substituted(node, letters)


def _scalar(what: str, value: Any) -> Node:
    if isinstance(value, str):
        return parse(value, undeclared="scalar")
    if isinstance(value, Node):
        return value
    if isinstance(value, sympy.Basic):
        return from_sympy(value)
    if isinstance(value, bool):
        raise ArgumentError(f"{what} is a name or a positive number, got {value}")
    if isinstance(value, numbers.Rational):
        return number(Fraction(int(value.numerator), int(value.denominator)))
    if isinstance(value, numbers.Real) and math.isfinite(value):
        return number(Fraction(repr(float(value))))
    raise ArgumentError(
        f"{what} is a name, a positive number or a scalar expression, got {str(value)[:40]!r}\n"
        f"  to fix   : give a name; its numbers go into the compiled function"
    )
