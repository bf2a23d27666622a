"""The verbs of the ``derive`` command: what each takes and how the library answers it.

To add a verb, append a row to ``VERBS``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import derive
from derive.errors import ArgumentError
from derive.language.distributions import distribution
from derive.optimization.minimize import read_problem
from derive.reading import parse as read
from derive.reading import read_call


class Once(argparse.Action):
    """Keep the value of an option, which may be given one time."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Store the value, or end with a message if there is one already."""
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option_string} is given twice, and takes one value")
        setattr(namespace, self.dest, values)


@dataclass(frozen=True)
class Argument:
    """One argument of a verb, as argparse takes it."""

    name: str
    help: str
    required: bool = True

    def add_to(self, parser: argparse.ArgumentParser) -> None:
        """Declare the argument."""
        if self.name.startswith("-"):
            parser.add_argument(self.name, help=self.help, required=self.required, action=Once)
        else:
            parser.add_argument(self.name, help=self.help)


@dataclass(frozen=True)
class Verb:
    """One question: how it is asked on the command line and answered by the library."""

    name: str
    summary: str
    arguments: tuple[Argument, ...]
    answer: Callable[[argparse.Namespace], Any]
    example: str
    python: str = ""  # the name in Python, where it is another; a verb has both


# --- reading arguments ------------------------------------------------------------------


def read_law(source: str) -> Any:
    """A law from ``Normal(mu, 2)`` or ``gamma(k=2, theta=theta)``; names are scalars.

    Raises
    ------
    ReadError
        The text has another form; the caret stands under the offending part.
    ArgumentError, DomainError
        No law has the name, or the parameters do not fit.

    Examples
    --------
    >>> read_law("Normal(mu1, 1/2)")
    Normal(mu1, 1/2)
    """
    if source.isidentifier():
        return distribution(source)
    name, positional, named = read_call(source, undeclared="scalar")
    return distribution(name, *positional, **named)


def _law_or_masses(source: str) -> Any:
    """A law, or the text of a probability vector such as ``[1/2, 1/4, 1/4]``."""
    return source if source.lstrip().startswith("[") else read_law(source)


def _base(arguments: argparse.Namespace) -> Any:
    return None if arguments.base is None else read(arguments.base)


def _order(arguments: argparse.Namespace) -> Any:
    return read(arguments.order) if arguments.order is not None else "alpha"


def _network(arguments: argparse.Namespace) -> Any:
    """Backpropagation with what was given; several activations are separated by commas."""
    given = {
        name: value
        for name in ("activation", "head", "loss", "batch", "shapes")
        if (value := getattr(arguments, name)) is not None
    }
    if "," in given.get("activation", ""):
        given["activation"] = [name.strip() for name in given["activation"].split(",")]
    layers = arguments.layers or "L"
    if layers.isdecimal():
        layers = int(layers)
    return derive.backpropagation(layers, **given)


def _taylor(arguments: argparse.Namespace) -> Any:
    """A Taylor polynomial; the point and the order may be left out."""
    order = arguments.order or "2"
    if not order.isdecimal():
        raise ArgumentError(f"--order is a whole number from 0 up, got {order[:40]!r}")
    shapes = arguments.shapes or ""
    return derive.taylor_series(
        arguments.expression, arguments.wrt, arguments.around, int(order[:4]), shapes=shapes
    )


def _by_variables(question: Callable[..., Any], given: argparse.Namespace) -> Any:
    """The answer to a question of an expression and its variables."""
    return question(given.expression, given.wrt, shapes=given.shapes or "")


def _along(question: Callable[..., Any], given: argparse.Namespace) -> Any:
    """The answer to a question of an expression, its variables and a direction."""
    return question(given.expression, given.wrt, given.along, shapes=given.shapes or "")


# --- the verbs --------------------------------------------------------------------------

_LAW = Argument("law", "for example Gamma(k, theta)")
_EXPRESSION = Argument("expression", "plain text, or - for standard input")
_SHAPES = Argument("--shapes", 'what the names are: "X: n x d, w: d, lam: positive"', False)
_WRT = Argument("--wrt", "the variable, or several: W, b")
_STRUCTURE = Argument(
    "--structure",
    "what may vary: free (default), symmetric, entries, diagonal, lower, upper, skew, "
    "orthogonal, sphere, simplex, toeplitz, low_rank",
    False,
)
_BASE = Argument("--base", "of the logarithm: 2 for bits; nats if left out", False)

DIRECTIONAL = (
    (
        "jvp",
        "",
        "the Jacobian times a direction, without the Jacobian",
        "the direction: a name or an expression; of several variables one for each: V, c",
        lambda a: _along(derive.jvp, a),
        'derive jvp "tanh(W*x)" --wrt x --along v --shapes "W: k x d, x: d"',
    ),
    (
        "vjp",
        "",
        "the transposed Jacobian times weights, without the Jacobian",
        "the weights on the outputs: a name or an expression",
        lambda a: _along(derive.vjp, a),
        'derive vjp "tanh(W*x)" --wrt W --along u --shapes "W: k x d, x: d"',
    ),
    (
        "hvp",
        "hessian_vector_product",
        "the Hessian times a direction, without the Hessian",
        "the direction: a name or an expression; of several variables one for each: V, c",
        lambda a: _along(derive.hessian_vector_product, a),
        'derive hvp "norm2(X*w - y)^2" --wrt w --along v --shapes "X: n x d, w: d, y: n"',
    ),
)

VERBS: tuple[Verb, ...] = (
    Verb(
        "gradient",
        "the gradient of a scalar in scalars, vectors or matrices",
        (_EXPRESSION, _WRT, _SHAPES, _STRUCTURE),
        lambda a: derive.gradient(
            a.expression, a.wrt, shapes=a.shapes or "", structure=a.structure or "free"
        ),
        'derive gradient "norm2(X*w - y)^2/2" --wrt w --shapes "X: n x d, w: d, y: n"',
    ),
    Verb(
        "jacobian",
        "the Jacobian of a vector, or the differential of anything as a linear map",
        (_EXPRESSION, _WRT, _SHAPES),
        lambda a: _by_variables(derive.jacobian, a),
        'derive jacobian "softmax(W*x)" --wrt x --shapes "W: k x d, x: d"',
    ),
    Verb(
        "hessian",
        "the second derivatives of a scalar",
        (_EXPRESSION, _WRT, _SHAPES),
        lambda a: _by_variables(derive.hessian, a),
        'derive hessian "logsumexp(A*x)" --wrt x --shapes "A: n x d, x: d"',
    ),
    Verb(
        "differential",
        "the differential of an expression of any shape",
        (_EXPRESSION, _WRT, _SHAPES),
        lambda a: _by_variables(derive.differential, a),
        'derive differential "inv(A)" --wrt A --shapes "A: n x n"',
    ),
    *(
        Verb(
            name,
            summary,
            (_EXPRESSION, _WRT, Argument("--along", along), _SHAPES),
            answer,
            example,
            python,
        )
        for name, python, summary, along, answer, example in DIRECTIONAL
    ),
    Verb(
        "taylor",
        "the Taylor polynomial of an expression of any shape",
        (
            _EXPRESSION,
            Argument("--wrt", "the variable"),
            Argument(
                "--around", "the point, 0 for the zero of any shape; x + h if left out", False
            ),
            Argument("--order", "the highest order kept, 2 if left out", False),
            _SHAPES,
        ),
        _taylor,
        'derive taylor "log(1 + x\'*x)" --wrt x --around 0 --shapes "x: d"',
        "taylor_series",
    ),
    Verb(
        "backpropagation",
        "the gradients of a network in all its weights, as one recursion",
        (
            Argument("--layers", "how many layers have weights; L, a letter, if left out", False),
            Argument("--activation", "of the hidden layers: tanh, relu, gelu, ...", False),
            Argument("--head", "identity, sigmoid or softmax", False),
            Argument("--loss", "squared_error, cross_entropy, ... or a scalar in a and y", False),
            Argument("--batch", "sum or mean over the rows of X and Y", False),
            _SHAPES,
        ),
        _network,
        "derive backpropagation --activation relu --head softmax --loss cross_entropy",
    ),
    Verb(
        "graph",
        "the computational graph of a scalar: local differentials and adjoints",
        (_EXPRESSION, Argument("--wrt", "the variables; every name if left out", False), _SHAPES),
        lambda a: _by_variables(derive.computational_graph, a),
        'derive graph "norm2(X*w - y)^2/2" --wrt w --shapes "X: n x d, w: d, y: n"',
        "computational_graph",
    ),
    Verb(
        "stationary",
        "the point where the gradient of a scalar is zero, and its kind",
        (_EXPRESSION, _WRT, _SHAPES),
        lambda a: _by_variables(derive.stationary_point, a),
        'derive stationary "norm2(X*w - y)^2/2" --wrt w --shapes "X: n x d, w: d, y: n"',
        "stationary_point",
    ),
    Verb(
        "expectation",
        "the mean of a function of a random value x",
        (Argument("function", "of x, for example log(x)"), _LAW),
        lambda a: derive.expectation(a.function, read_law(a.law)),
        'derive expectation "x^2" "Gamma(k, theta)"',
    ),
    Verb(
        "variance",
        "the variance of a function of a random value x",
        (Argument("function", "of x; x itself for the law's variance"), _LAW),
        lambda a: derive.variance(a.function, read_law(a.law)),
        'derive variance x "Beta(a, b)"',
    ),
    Verb(
        "mgf",
        "the moment generating function of a law",
        (_LAW,),
        lambda a: derive.moment_generating_function(read_law(a.law)),
        'derive mgf "Poisson(lam)"',
        "moment_generating_function",
    ),
    Verb(
        "delta",
        "the variance of a function of an uncertain value, to lowest order",
        (
            _EXPRESSION,
            _WRT,
            Argument("--covariance", "of the value: a variance v, or a matrix S"),
            Argument("--mean", "where the value lies; its own letter if left out", False),
            _SHAPES,
        ),
        lambda a: derive.delta_method(
            a.expression, a.wrt, a.covariance, a.mean, shapes=a.shapes or ""
        ),
        'derive delta "log(x)" --wrt x --covariance v --shapes "x: positive, v: positive"',
        "delta_method",
    ),
    Verb(
        "laplace",
        "the normal law that a density looks like about its mode",
        (_EXPRESSION, _WRT, _SHAPES),
        lambda a: _by_variables(derive.laplace_approximation, a),
        'derive laplace "a*log(x) - x" --wrt x --shapes "x: positive, a: positive"',
        "laplace_approximation",
    ),
    Verb(
        "entropy",
        "the entropy of a law",
        (Argument("law", "for example Gamma(k, theta)"), _BASE),
        lambda a: derive.entropy(_law_or_masses(a.law), base=_base(a)),
        'derive entropy "Normal(mu, sigma)" --base 2',
    ),
    Verb(
        "kl",
        "the Kullback-Leibler divergence of one law from another",
        (Argument("p", "the law averaged over"), Argument("q", "the other law"), _BASE),
        lambda a: derive.kl_divergence(_law_or_masses(a.p), _law_or_masses(a.q), base=_base(a)),
        'derive kl "Normal(mu1, sigma1)" "Normal(mu2, sigma2)"',
        "kl_divergence",
    ),
    Verb(
        "cross_entropy",
        "the cross-entropy of two laws",
        (Argument("p", "the law averaged over"), Argument("q", "the other law"), _BASE),
        lambda a: derive.cross_entropy(_law_or_masses(a.p), _law_or_masses(a.q), base=_base(a)),
        'derive cross_entropy "Bernoulli(p)" "Bernoulli(q)"',
    ),
    Verb(
        "renyi",
        "the Renyi divergence of one law from another",
        (
            Argument("p", "the first law"),
            Argument("q", "the other law"),
            Argument("--order", "the order, a number or a name; alpha if left out", False),
        ),
        lambda a: derive.renyi_divergence(read_law(a.p), read_law(a.q), _order(a)),
        'derive renyi "Exponential(a)" "Exponential(b)" --order 2',
        "renyi_divergence",
    ),
    Verb(
        "hellinger",
        "the Hellinger distance of two laws",
        (Argument("p", "the first law"), Argument("q", "the other law")),
        lambda a: derive.hellinger_distance(read_law(a.p), read_law(a.q)),
        'derive hellinger "Normal(a, 1)" "Normal(b, 1)"',
        "hellinger_distance",
    ),
    Verb(
        "eigen",
        "the eigendecomposition of an exact symmetric matrix",
        (Argument("matrix", "for example [[2, 1], [1, 2]]; names are scalars"), _SHAPES),
        lambda a: derive.eigendecomposition(a.matrix, a.shapes or ""),
        'derive eigen "[[a, b], [b, a]]"',
        "eigendecomposition",
    ),
    Verb(
        "dual",
        "the Lagrange dual of a problem",
        (Argument("problem", "minimize (or maximize) ... over ... subject to ..."), _SHAPES),
        lambda a: read_problem(a.problem, a.shapes or "").dual(),
        'derive dual "minimize x\'*P*x/2 over x subject to A*x == b" '
        '--shapes "P: n x n spd, x: n, A: m x n, b: m"',
    ),
)

EQUAL = Verb(
    "equal",
    "whether two expressions are equal wherever both are defined",
    (Argument("left", "plain text"), Argument("right", "plain text"), _SHAPES),
    lambda a: derive.equal(a.left, a.right, shapes=a.shapes or ""),
    'derive equal "inv(A*B)*A*x" "inv(B)*x" --shapes "A: n x n, B: n x n, x: n"',
)

PARSE = Verb(
    "parse",
    "what an expression was read as, with its shape",
    (_EXPRESSION, _SHAPES),
    lambda a: read(a.expression, a.shapes or ""),
    'derive parse "X\'*(X*w - y)" --shapes "X: n x d, w: d, y: n"',
)
