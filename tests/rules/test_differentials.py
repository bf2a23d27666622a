"""Truth: every row of the table of differentials at random points, found by walking the table."""

from __future__ import annotations

import random

import flint
import matrix_oracle as oracle
import numpy as np
import pytest
from random_expressions import (
    BITS,
    LETTERS,
    SIZES,
    STEP,
    D,
    N,
    _identity,
    _mid,
    random_point,
    value,
)

from derive.engine.sweep import rule_for
from derive.errors import NoRuleError
from derive.language import expression as ex
from derive.language import functions as fn
from derive.language import kronecker as kr
from derive.language import matrix_functions as mf
from derive.language import spectral as sp
from derive.language.blocks import block, part_of
from derive.language.combined import combined
from derive.language.exponents import symbolic_power
from derive.language.extremes import largest, norminf, peak, smallest
from derive.language.incomplete_functions import (
    betainc,
    betaincinv,
    gammainc,
    gammaincinv,
    normquantile,
)
from derive.language.indices import index, row, sum_over
from derive.language.operators import ELEMENTWISE, LEAVES, OPERATORS
from derive.language.special_functions import besseli, zeta
from derive.language.toeplitz import toeplitz_part
from derive.rules.differentials import DIFFERENTIALS
from derive.rules.elementwise import DERIVATIVES

x, y, A, M, s, t = (LETTERS[name] for name in ("x", "y", "A", "M", "s", "t"))
Z, Q = ex.symbol("Z", A.shape), LETTERS["Q"]
i = index("i", N)

# For each row a node that it fits, and the symbol that moves.
SAMPLES = {
    ("linearity", "add"): (A + Z, A),
    ("linearity", "transpose"): (A.T, A),
    ("linearity", "trace"): (fn.trace(M), M),
    ("linearity", "total"): (fn.total(A), A),
    ("linearity", "diag"): (fn.diagonal_matrix(x), x),
    ("linearity", "diagonal"): (fn.diagonal_vector(M), M),
    ("linearity", "array"): (fn.array([[s * t, t], [ex.number(1), s**2]]), s),
    ("product rule", "mul"): (3 * s * M @ A.T @ A @ M, M),
    ("quotient rule", "mul"): ((x.T @ M @ x) * s / (x.T @ x) ** 2, x),
    ("product rule", "had"): (fn.hadamard(A, Z, A), A),
    ("squared norm", "pow"): (fn.norm2(A) ** 2, A),
    ("power of a norm", "pow"): (fn.norm2(A) ** 5, A),
    ("power of a root", "pow"): (
        ex.elementwise_power(fn.sqrt(fn.elementwise("exp", A)), ex.number(6)),
        A,
    ),
    ("power", "pow"): (ex.elementwise_power(fn.elementwise("exp", A), t * s), A),
    ("matrix power", "mpow"): (ex.matrix_power(M, 3), M),
    ("inverse", "inverse"): (ex.inverse(M), M),
    ("determinant", "det"): (fn.determinant(M), M),
    # of rank two: singular at all sizes but the smallest
    ("determinant of low rank", "det"): (fn.determinant(x @ x.T + M @ x @ x.T @ M), x),
    ("log-determinant", "logdet"): (fn.logdet(M @ M), M),
    ("norm", "norm2"): (fn.norm2(A), A),
    ("1-norm", "norm1"): (fn.norm1(A), A),
    ("log-sum-exp", "logsumexp"): (fn.logsumexp(x), x),
    ("softmax", "softmax"): (fn.softmax(x), x),
    ("row log-sum-exp", "rowlogsumexp"): (fn.rowlogsumexp(A), A),
    ("row softmax", "rowsoftmax"): (fn.rowsoftmax(A), A),
    ("largest of scalars", "max"): (largest(s, t, s * t), s),
    ("smallest of scalars", "min"): (smallest(s**2, t * s), s),
    ("largest entry", "max"): (largest(A), A),
    ("smallest entry", "min"): (smallest(x), x),
    ("largest absolute entry", "norminf"): (norminf(x), x),
    ("place of an extreme", "peak"): (peak(A), A),
    ("larger of two", "combine"): (combined("maximum", A, s * A @ M), A),
    ("smaller of two", "combine"): (combined("minimum", x, s), s),
    ("clip", "combine"): (combined("clip", A, -(s**2), 2 * s**2), s),
    ("Huber's loss", "combine"): (combined("huber", s * A, s**2 * t**2), s),
    ("linearity", "block"): (block([[A, Z], [A @ M, A]]), A),
    ("linearity", "part"): (part_of(A.T @ A, 0, 0, D, 1), A),
    ("linearity", "vec"): (kr.vec(A), A),
    ("linearity", "toeplitz"): (toeplitz_part(A), A),
    ("linearity", "unvec"): (kr.unvec(kr.vec(A.T), N, D), A),
    ("Kronecker product", "kron"): (kr.kron(A, A.T @ Z), A),
    ("inner products of blocks", "block_inner"): (
        kr.block_inner(kr.kron(A, A.T), A.T @ Z @ A.T, N, D),
        A,
    ),
    ("weighted sum of blocks", "block_sum"): (kr.block_sum(kr.kron(A, A.T), A + Z, D, N), A),
    ("chain rule", "map"): (fn.elementwise("tanh", A), A),
    ("eigenvalues", "eigvals"): (sp.eigvals(Q), Q),
    ("eigenvectors", "eigvecs"): (sp.eigvecs(Q), Q),
    ("largest eigenvalue", "lambda_max"): (sp.lambda_max(Q), Q),
    ("smallest eigenvalue", "lambda_min"): (sp.lambda_min(Q), Q),
    ("eigenvector", "eigvec_max"): (sp.eigvec_max(Q), Q),
    ("eigenvector", "eigvec_min"): (sp.eigvec_min(M @ M.T), M),
    ("reduced resolvent", "resolvent_max"): (sp.resolvent_max(M + M.T), M),
    ("reduced resolvent", "resolvent_min"): (sp.resolvent_min(Q), Q),
    ("reciprocal gaps", "gaps"): (sp.gaps(x), x),
    ("singular values", "svdvals"): (sp.svdvals(A), A),
    ("left singular vectors", "leftvecs"): (sp.leftvecs(A), A),
    ("right singular vectors", "rightvecs"): (sp.rightvecs(A), A),
    ("spectral norm", "specnorm"): (sp.specnorm(A), A),
    ("first left singular vector", "leftvec_max"): (sp.leftvec_max(A), A),
    ("first right singular vector", "rightvec_max"): (sp.rightvec_max(A), A),
    ("nuclear norm", "nucnorm"): (sp.nucnorm(A), A),
    ("polar factor", "polar"): (sp.polar(A), A),
    ("trace of a matrix function", "trace"): (fn.trace(mf.matrix_map("cosm", M)), M),
    ("log-determinant of an exponential", "logdet"): (fn.logdet(mf.matrix_map("expm", M)), M),
    ("log-determinant of a Cholesky factor", "total"): (
        fn.total(fn.elementwise("log", fn.diagonal_vector(mf.cholesky(M)))),
        M,
    ),
    ("log-determinant of a Cholesky factor", "logdet"): (fn.logdet(mf.cholesky(M)), M),
    ("determinant of a Cholesky factor", "det"): (fn.determinant(mf.cholesky(M)), M),
    ("determinant of an exponential", "det"): (fn.determinant(mf.matrix_map("expm", M)), M),
    ("matrix exponential", "matrixmap"): (mf.matrix_map("expm", M), M),
    ("matrix logarithm", "matrixmap"): (mf.matrix_map("logm", M), M),
    ("matrix square root", "matrixmap"): (mf.matrix_map("sqrtm", M), M),
    ("matrix sine", "matrixmap"): (mf.matrix_map("sinm", M), M),
    ("matrix cosine", "matrixmap"): (mf.matrix_map("cosm", M), M),
    ("Frechet derivative", "frechet"): (mf.frechet("expm", M, M @ M.T), M),
    ("Cholesky factor", "cholesky"): (mf.cholesky(M), M),
    ("adjugate", "adjugate"): (mf.adjugate(M), M),
    ("pseudo-inverse", "pinv"): (mf.pseudo_inverse(A), A),
    ("polygamma", "polygamma"): (mf.polygamma(3, fn.elementwise("exp", A)), A),
    ("Bessel function from order one", "besseli"): (besseli(ex.number(3) / 2, s * s + 1), s),
    ("Bessel function", "besseli"): (besseli(t * t, fn.elementwise("exp", s)), s),
    ("incomplete gamma function", "gammainc"): (gammainc(t * t, fn.elementwise("exp", s)), s),
    ("incomplete beta function", "betainc"): (
        betainc(t * t, ex.number(3) / 2, fn.elementwise("sigmoid", s)),
        s,
    ),
    ("normal quantile", "normquantile"): (normquantile(fn.elementwise("sigmoid", s)), s),
    ("inverse of the incomplete gamma function", "gammaincinv"): (
        gammaincinv(t * t, fn.elementwise("sigmoid", s)),
        s,
    ),
    ("inverse of the incomplete beta function", "betaincinv"): (
        betaincinv(ex.number(3) / 2, t * t, fn.elementwise("sigmoid", s)),
        s,
    ),
    ("zeta", "zeta"): (zeta(1, 2 + s * s), s),
    ("linearity", "sum_over"): (sum_over(row(A, i) @ row(Z, i).T, i), A),
    ("power", "matpow"): (symbolic_power(M, LETTERS["m"] + 2), M),
}
FAR_FROM_ZERO = {"logdet", "cholesky"}  # and the logarithm and the root of a matrix


def slope(node, variable, point, direction, sizes, bound=None):
    """Central difference of the value of a node."""
    ahead = {**point, variable: _mid(point[variable] + STEP * direction)}
    back = {**point, variable: _mid(point[variable] - STEP * direction)}
    return (value(node, ahead, sizes, bound) - value(node, back, sizes, bound)) / (2 * STEP)


def over_terms(formula, letter, body, variable, point, direction, sizes):
    """A formula that adds up one letter, with the slope of each term of a sum for it."""
    total, count = 0, sizes["n"]
    for number in range(1, count + 1):
        one = slope(body, variable, point, direction, sizes, {i: number})
        total = total + value(formula, {**point, letter: one}, sizes) / count
    return total


def stated(rule, node, variable, point, direction, sizes):
    """The value of the row's formula, each part's differential being its own difference."""
    parts = rule.parts(node)
    moving = [part.depends_on(variable) for part in parts]
    letters = [ex.symbol(f"d{k} ", part.shape) for k, part in enumerate(parts)]
    dparts = [
        letter if moves else ex.zero(letter.shape)
        for letter, moves in zip(letters, moving, strict=True)
    ]
    formula = rule.differential(node, parts, dparts)
    if rule.op == "sum_over":  # the letter stands for another value in each term
        return over_terms(formula, letters[0], parts[0], variable, point, direction, sizes)
    known = dict(point)
    for letter, part, moves in zip(letters, parts, moving, strict=True):
        if moves:
            known[letter] = slope(part, variable, point, direction, sizes)
    return value(formula, known, sizes)


@pytest.fixture(autouse=True)
def _precision():
    saved, flint.ctx.prec = flint.ctx.prec, BITS
    yield
    flint.ctx.prec = saved


@pytest.mark.parametrize("rule", DIFFERENTIALS, ids=lambda rule: f"{rule.name} of {rule.op}")
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_a_row_agrees_with_differences(rule, sizes):
    node, variable = SAMPLES[rule.name, rule.op]
    assert rule_for(node, frozenset({variable})) is rule or rule.op in {"mul", "pow"}
    rng = random.Random(7)
    point = random_point(node, sizes, rng)
    if rule.op in FAR_FROM_ZERO or "Cholesky" in rule.name or node.data in {"logm", "sqrtm"}:
        # every eigenvalue lies in the right half plane by construction
        point[M] = point[M] + 3 * _identity(len(point[M]))
    direction = np.frompyfunc(lambda _: flint.arb(rng.randint(-9, 9)) / 7, 1, 1)(point[variable])
    expected = slope(node, variable, point, direction, sizes)
    found = stated(rule, node, variable, point, direction, sizes)
    assert found.shape == expected.shape
    for left, right in zip(found.flat, expected.flat, strict=True):
        assert abs(left - right) < flint.arb(10) ** -30 * (1 + abs(right))


def test_the_exponent_of_a_power_may_move_too():
    node = ex.elementwise_power(fn.elementwise("exp", A), t * s)
    rng, sizes = random.Random(3), SIZES[0]
    point = random_point(node, sizes, rng)
    direction = np.array([[flint.arb(1)]], dtype=object)
    rule = rule_for(node, frozenset({s}))
    expected = slope(node, s, point, direction, sizes)
    found = stated(rule, node, s, point, direction, sizes)
    for left, right in zip(found.flat, expected.flat, strict=True):
        assert abs(left - right) < flint.arb(10) ** -30 * (1 + abs(right))


@pytest.mark.parametrize("name", sorted(DERIVATIVES))
def test_a_derivative_agrees_with_differences(name):
    inside = {"arcsin", "arccos"}
    for at in ("0.3", "-0.45", "0.8"):
        argument = flint.arb(at)
        if ELEMENTWISE[name].domain == "positive":
            argument = abs(argument) + (2 if name not in inside else 0)
        node = fn.elementwise(name, s)
        claimed = DERIVATIVES[name].derivative(s, node)
        function = FLINT[name]
        expected = (function(argument + STEP) - function(argument - STEP)) / (2 * STEP)
        found = scalar_value(claimed, argument)
        assert abs(found - expected) < flint.arb(10) ** -25 * (1 + abs(expected)), at


FLINT = {
    "exp": lambda v: v.exp(), "log": lambda v: v.log(), "abs": abs, "sign": lambda v: v.sgn(),
    "closed_step": lambda v: flint.arb(int(v >= 0)),
    "step": lambda v: flint.arb(int(v > 0)), "relu": lambda v: v if v > 0 else flint.arb(0),
    "sin": lambda v: v.sin(), "cos": lambda v: v.cos(), "tan": lambda v: v.tan(),
    "arcsin": lambda v: v.asin(), "arccos": lambda v: v.acos(), "arctan": lambda v: v.atan(),
    "sinh": lambda v: v.sinh(), "cosh": lambda v: v.cosh(), "tanh": lambda v: v.tanh(),
    "sigmoid": lambda v: 1 / (1 + (-v).exp()), "softplus": lambda v: (1 + v.exp()).log(),
    "normpdf": lambda v: (-v * v / 2).exp() / (2 * flint.arb.pi()).sqrt(),
    "normcdf": lambda v: (1 + (v / flint.arb(2).sqrt()).erf()) / 2,
    "lognormcdf": lambda v: ((1 + (v / flint.arb(2).sqrt()).erf()) / 2).log(),
    "erf": lambda v: v.erf(), "loggamma": lambda v: v.lgamma(), "digamma": lambda v: v.digamma(),
    "trigamma": lambda v: trigamma(v),
}  # fmt: skip


def scalar_value(node, argument):
    """The value of a scalar formula in ``s``, by flint's own functions."""
    done = {}
    for part in fn.postorder(node):
        args = [done[a] for a in part.args]
        if part is s:
            done[part] = argument
        elif part.op == "number":
            done[part] = flint.arb(part.data.numerator) / part.data.denominator
        elif part.op == "constant":
            done[part] = flint.arb.pi()
        elif part.op == "add":
            done[part] = sum(args[1:], args[0])
        elif part.op in {"mul", "had"}:
            done[part] = args[0]
            for factor in args[1:]:
                done[part] = done[part] * factor
        elif part.op == "pow":
            done[part] = args[0] ** args[1]
        elif part.op == "polygamma":
            done[part] = oracle.polygamma(part.data, args[0])
        elif part.data == "trigamma":
            done[part] = trigamma(argument)
        else:
            done[part] = FLINT[part.data](args[0])
    return done[node]


def trigamma(v):
    """The Hurwitz zeta function at 2."""
    return flint.acb(2).zeta(flint.acb(v)).real


def test_every_row_has_a_sample_and_every_operator_a_row_or_a_reason():
    assert {(rule.name, rule.op) for rule in DIFFERENTIALS} == set(SAMPLES)
    without = set(OPERATORS) - {rule.op for rule in DIFFERENTIALS} - LEAVES
    # words that only derivations speak
    assert without == {"differential", "nabla", "derivative", "expectation"}


@pytest.mark.parametrize("name", sorted(set(OPERATORS) - LEAVES))
def test_no_operator_differentiates_by_default(name):
    """An operator without a row is refused by name, also when it hides below others."""
    if any(rule.op == name for rule in DIFFERENTIALS):
        return
    node = {
        "differential": fn.differential(s),
        "nabla": fn.nabla(s, s),
        "derivative": fn.jacobian_by_name(s, s),
        "expectation": fn.expectation(s, "p", "x"),
    }[name]
    with pytest.raises(NoRuleError, match=name):
        rule_for(node, frozenset({s}))


@pytest.mark.parametrize("name", sorted(ELEMENTWISE))
def test_no_elementwise_function_differentiates_by_default(name):
    node = fn.elementwise(name, s)
    if name in DERIVATIVES:
        assert rule_for(node, s).op == "map"
    else:
        with pytest.raises(NoRuleError, match=name):
            rule_for(node, frozenset({s}))
