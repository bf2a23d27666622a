"""Differentials of functions of matrices, of the Cholesky factor and of generalised inverses.

Letters as in ``differentials.py``; ``f`` is a function of ``MATRIX_FUNCTIONS``, ``E`` a
direction, ``L_f(A, E)`` its derivative at A along E, ``L_f(A, E, F)`` the second one.

``CLOSED_FORMS`` look one node deeper and stand before the rows of their operators: under a
trace L_f is f'(A) dA, the determinant of an exponential is that of a trace, and that of a
Cholesky factor is the square root of the determinant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from derive.errors import NoRuleError
from derive.language.canonical import is_symmetric
from derive.language.expression import Node, add, eye, inverse, number, transpose
from derive.language.functions import hadamard, trace
from derive.language.matrix_functions import adjugate, frechet, mask, matrix_map, polygamma
from derive.language.ranks import is_deficient_if_large
from derive.rules.rule import Rule

#: f'(A), where f'(A) E is the derivative along every E that commutes with A.
SLOPES: dict[str, Callable[[Node], Node]] = {
    "expm": lambda A: matrix_map("expm", A),
    "logm": inverse,
    "sqrtm": lambda A: inverse(matrix_map("sqrtm", A)) / number(2),
    "sinm": lambda A: matrix_map("cosm", A),
    "cosm": lambda A: -matrix_map("sinm", A),
}

_STATEMENTS: dict[str, tuple[str, str]] = {
    "expm": (
        "matrix exponential",
        "d exp A = L_exp(A, dA), the integral of exp(s A) dA exp((1 - s) A) over 0 <= s <= 1",
    ),
    "logm": (
        "matrix logarithm",
        "d log A = L_log(A, dA), the X with L_exp(log A, X) = dA",
    ),
    "sqrtm": (
        "matrix square root",
        "d R = L_sqrt(A, dA) for R = A^(1/2), the X with R X + X R = dA",
    ),
    "sinm": ("matrix sine", "d sin A = L_sin(A, dA)"),
    "cosm": ("matrix cosine", "d cos A = L_cos(A, dA)"),
}


Fits: TypeAlias = Callable[[Node, frozenset[Node]], bool]


def _is(name: str) -> Fits:
    return lambda e, variables: bool(e.data == name)


def _holds(op: str, *names: str) -> Fits:
    """Whether the argument is a matrix function, of these names if any are given."""
    return lambda e, variables: e.args[0].op == op and (not names or e.args[0].data in names)


def _inner(e: Node) -> Sequence[Node]:
    return e.args[0].args


def _logs_of_factor(e: Node, variables: frozenset[Node]) -> bool:
    """Whether a sum is that of the logarithms of the diagonal of a Cholesky factor."""
    logs = e.args[0]
    return (
        (logs.op, logs.data) == ("map", "log")
        and logs.args[0].op == "diagonal"
        and logs.args[0].args[0].op == "cholesky"
    )


def _half_log_determinant(A: Node, dA: Node) -> Node:
    """Half of ``d log det A`` for the matrix that is factored, which is (A + A')/2."""
    factored = A if is_symmetric(A) else (A + transpose(A)) / number(2)
    return trace(inverse(factored) @ dA) / number(2)


def _frechet_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    """Along the change of each direction, and along that of the matrix as one more."""
    A, *directions = args
    terms = [frechet(e.data, A, *directions, dargs[0])]
    for k, dE in enumerate(dargs[1:]):
        terms.append(frechet(e.data, A, *directions[:k], dE, *directions[k + 1 :]))
    return add(*terms)


def _cholesky_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    size = e.shape[0]
    symmetric = (dargs[0] + transpose(dargs[0])) / number(2)
    inside = inverse(e) @ symmetric @ transpose(inverse(e))
    return e @ hadamard(mask("lower_half", size, size), inside)


def _pinv_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    (A,), (dA,) = args, dargs
    rows, columns = A.shape
    return add(
        -(e @ dA @ e),
        e @ e.T @ dA.T @ (eye(rows) - A @ e),
        (eye(columns) - e @ A) @ dA.T @ e.T @ e,
    )


def _adjugate_rule(e: Node, args: Sequence[Node], dargs: Sequence[Node]) -> Node:
    (A,), (dA,) = args, dargs
    if is_deficient_if_large(A):
        raise NoRuleError(
            f"the differential of adj(A) is written with A^-1, and A = {A!r:.80} is singular by "
            f"its form\n"
            f"  to fix   : ask for the first derivative of det(A), or add a regular part to A"
        )
    return trace(inverse(A) @ dA) * e - inverse(A) @ dA @ e


CLOSED_FORMS: tuple[Rule, ...] = (
    Rule(
        "trace of a matrix function",
        "trace",
        "d tr f(A) = tr(f'(A) dA)",
        lambda e, a, d: trace(SLOPES[e.args[0].data](a[0]) @ d[0]),
        parts=_inner,
        fits=_holds("matrixmap"),
        reference="higham2008",
    ),
    Rule(
        "log-determinant of an exponential",
        "logdet",
        "d log det exp(A) = tr dA",
        lambda e, a, d: trace(d[0]),
        linear=True,
        parts=_inner,
        fits=_holds("matrixmap", "expm"),
        reference="higham2008",
    ),
    # the inverse is nowhere to be had where the form alone makes the argument singular
    Rule(
        "determinant of low rank",
        "det",
        "d det A = tr(adj(A) dA)",
        lambda e, a, d: trace(adjugate(a[0]) @ d[0]),
        fits=lambda e, variables: is_deficient_if_large(e.args[0]),
    ),
    Rule(
        "log-determinant of a Cholesky factor",
        "total",
        "d sum(log diag L) = 1/2 tr(A^-1 dA) for L L' = A",
        lambda e, a, d: _half_log_determinant(a[0], d[0]),
        parts=lambda e: e.args[0].args[0].args[0].args,
        fits=_logs_of_factor,
        reference="murray2016",
    ),
    Rule(
        "log-determinant of a Cholesky factor",
        "logdet",
        "d log det L = 1/2 tr(A^-1 dA) for L L' = A",
        lambda e, a, d: _half_log_determinant(a[0], d[0]),
        parts=_inner,
        fits=_holds("cholesky"),
        reference="murray2016",
    ),
    Rule(
        "determinant of a Cholesky factor",
        "det",
        "d det L = 1/2 det L tr(A^-1 dA) for L L' = A",
        lambda e, a, d: e * _half_log_determinant(a[0], d[0]),
        parts=_inner,
        fits=_holds("cholesky"),
        reference="murray2016",
    ),
    Rule(
        "determinant of an exponential",
        "det",
        "d det exp(A) = det exp(A) tr dA",
        lambda e, a, d: e * trace(d[0]),
        parts=_inner,
        fits=_holds("matrixmap", "expm"),
        reference="higham2008",
    ),
)

MATRIX_FUNCTION_RULES: tuple[Rule, ...] = (
    *(
        Rule(
            name,
            "matrixmap",
            statement,
            lambda e, a, d: frechet(e.data, a[0], d[0]),
            fits=_is(function),
            reference="higham2008",
        )
        for function, (name, statement) in _STATEMENTS.items()
    ),
    Rule(
        "Frechet derivative",
        "frechet",
        "d L_f(A, E) = L_f(A, dE) + L_f(A, E, dA)",
        _frechet_rule,
        reference="higham2014",
    ),
    Rule(
        "Cholesky factor",
        "cholesky",
        "d L = L (M o (L^-1 dA L^-T)), M = 1 below the diagonal, 1/2 on it; dA by (dA + dA')/2",
        _cholesky_rule,
        reference="murray2016",
    ),
    Rule(
        "adjugate",
        "adjugate",
        "d adj A = tr(A^-1 dA) adj A - A^-1 dA adj A",
        _adjugate_rule,
    ),
    Rule(
        "pseudo-inverse",
        "pinv",
        "d A^+ = -A^+ dA A^+ + A^+ A^+' dA' (I - A A^+) + (I - A^+ A) dA' A^+' A^+",
        _pinv_rule,
        reference="golub1973",
    ),
    Rule(
        "polygamma",
        "polygamma",
        "d psi_k(x) = psi_(k+1)(x) o dx",
        lambda e, a, d: hadamard(polygamma(e.data + 1, a[0]), d[0]),
        reference="dlmf",
    ),
)
