"""The verbs of the ``derive`` command: what each takes and how the library answers it.

To add a verb, append a row to ``VERBS``; those that ask about laws stand in `law_verbs`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import derive
from derive.errors import ArgumentError
from derive.optimization.minimize import read_problem
from derive.reading import parse as read


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
            parser.add_argument(self.name, help=self.help, nargs=None if self.required else "?")


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

_EXPRESSION = Argument("expression", "plain text, or - for standard input")
SHAPES = Argument("--shapes", 'what the names are: "X: n x d, w: d, lam: positive"', False)
_WRT = Argument("--wrt", "the variable, or several: W, b")
_STRUCTURE = Argument(
    "--structure",
    "what may vary: free (default), symmetric, entries, diagonal, lower, upper, skew, "
    "orthogonal, sphere, simplex, toeplitz, low_rank",
    False,
)

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
        (_EXPRESSION, _WRT, SHAPES, _STRUCTURE),
        lambda a: derive.gradient(
            a.expression, a.wrt, shapes=a.shapes or "", structure=a.structure or "free"
        ),
        'derive gradient "norm2(X*w - y)^2/2" --wrt w --shapes "X: n x d, w: d, y: n"',
    ),
    Verb(
        "jacobian",
        "the Jacobian of a vector, or the differential of anything as a linear map",
        (_EXPRESSION, _WRT, SHAPES),
        lambda a: _by_variables(derive.jacobian, a),
        'derive jacobian "softmax(W*x)" --wrt x --shapes "W: k x d, x: d"',
    ),
    Verb(
        "hessian",
        "the second derivatives of a scalar",
        (_EXPRESSION, _WRT, SHAPES),
        lambda a: _by_variables(derive.hessian, a),
        'derive hessian "logsumexp(A*x)" --wrt x --shapes "A: n x d, x: d"',
    ),
    Verb(
        "differential",
        "the differential of an expression of any shape",
        (_EXPRESSION, _WRT, SHAPES),
        lambda a: _by_variables(derive.differential, a),
        'derive differential "inv(A)" --wrt A --shapes "A: n x n"',
    ),
    *(
        Verb(
            name,
            summary,
            (_EXPRESSION, _WRT, Argument("--along", along), SHAPES),
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
            SHAPES,
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
            SHAPES,
        ),
        _network,
        "derive backpropagation --activation relu --head softmax --loss cross_entropy",
    ),
    Verb(
        "graph",
        "the computational graph of a scalar: local differentials and adjoints",
        (_EXPRESSION, Argument("--wrt", "the variables; every name if left out", False), SHAPES),
        lambda a: _by_variables(derive.computational_graph, a),
        'derive graph "norm2(X*w - y)^2/2" --wrt w --shapes "X: n x d, w: d, y: n"',
        "computational_graph",
    ),
    Verb(
        "stationary",
        "the point where the gradient of a scalar is zero, and its kind",
        (_EXPRESSION, _WRT, SHAPES),
        lambda a: _by_variables(derive.stationary_point, a),
        'derive stationary "norm2(X*w - y)^2/2" --wrt w --shapes "X: n x d, w: d, y: n"',
        "stationary_point",
    ),
    Verb(
        "delta",
        "the variance of a function of an uncertain value, to lowest order",
        (
            _EXPRESSION,
            _WRT,
            Argument("--covariance", "of the value: a variance v, or a matrix S"),
            Argument("--mean", "where the value lies; its own letter if left out", False),
            SHAPES,
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
        (_EXPRESSION, _WRT, SHAPES),
        lambda a: _by_variables(derive.laplace_approximation, a),
        'derive laplace "a*log(x) - x" --wrt x --shapes "x: positive, a: positive"',
        "laplace_approximation",
    ),
    Verb(
        "eigen",
        "the eigendecomposition of an exact symmetric matrix",
        (Argument("matrix", "for example [[2, 1], [1, 2]]; names are scalars"), SHAPES),
        lambda a: derive.eigendecomposition(a.matrix, a.shapes or ""),
        'derive eigen "[[a, b], [b, a]]"',
        "eigendecomposition",
    ),
    Verb(
        "dual",
        "the Lagrange dual of a problem",
        (Argument("problem", "minimize (or maximize) ... over ... subject to ..."), SHAPES),
        lambda a: read_problem(a.problem, a.shapes or "").dual(),
        'derive dual "minimize x\'*P*x/2 over x subject to A*x == b" '
        '--shapes "P: n x n spd, x: n, A: m x n, b: m"',
    ),
)

EQUAL = Verb(
    "equal",
    "whether two expressions are equal wherever both are defined",
    (Argument("left", "plain text"), Argument("right", "plain text"), SHAPES),
    lambda a: derive.equal(a.left, a.right, shapes=a.shapes or ""),
    'derive equal "inv(A*B)*A*x" "inv(B)*x" --shapes "A: n x n, B: n x n, x: n"',
)

PARSE = Verb(
    "parse",
    "what an expression was read as, with its shape",
    (_EXPRESSION, SHAPES),
    lambda a: read(a.expression, a.shapes or ""),
    'derive parse "X\'*(X*w - y)" --shapes "X: n x d, w: d, y: n"',
)
