"""Nodes and traces, built by hand, that the tests of writing print."""

from __future__ import annotations

from fractions import Fraction

from derive.language.blocks import block, part_of
from derive.language.combined import combined
from derive.language.expression import (
    add,
    constant,
    elementwise_power,
    eye,
    inverse,
    number,
    ones,
    power,
    size_node,
    symbol,
    transpose,
    zero,
)
from derive.language.extremes import largest, norminf, peak, smallest
from derive.language.facts import close_facts
from derive.language.functions import (
    array,
    determinant,
    diag,
    diagonal_vector,
    differential,
    elementwise,
    expectation,
    hadamard,
    hessian_block_by_name,
    hessian_by_name,
    jacobian_by_name,
    logdet,
    logsumexp,
    nabla,
    norm1,
    norm2,
    rowlogsumexp,
    rowsoftmax,
    softmax,
    sqrt,
    total,
    trace,
)
from derive.language.incomplete_functions import (
    betainc,
    betaincinv,
    gammainc,
    gammaincinv,
    normquantile,
)
from derive.language.indices import entry, index, row, sum_over, unit
from derive.language.kronecker import (
    block_inner,
    block_sum,
    commutation,
    kron,
    unvec,
    vec,
)
from derive.language.matrix_functions import (
    adjugate,
    cholesky,
    frechet,
    mask,
    matrix_map,
    polygamma,
    pseudo_inverse,
)
from derive.language.operators import ELEMENTWISE
from derive.language.relations import Relation, Words
from derive.language.sizes import Size
from derive.language.special_functions import besseli, zeta
from derive.language.spectral import BUILDERS
from derive.language.toeplitz import toeplitz_part
from derive.steps import Step, Trace

HALF = Fraction(1, 2)
n, d, h = map(Size.named, "ndh")


def declared(name, shape=(1, 1), *facts):
    return symbol(name, shape, close_facts(facts, name, shape))


X, Z, W = declared("X", (n, d)), declared("Z", (h, d)), declared("W", (h, d))
A, B = declared("A", (d, d)), declared("B", (d, d))
w, x, mu = declared("w", (d, 1)), declared("x", (d, 1)), declared("mu", (d, 1))
y, alpha, xi, nu = (declared(name, (n, 1)) for name in ("y", "alpha", "xi", "nu"))
lam = declared("lam", (1, 1), "positive")
Sigma = declared("Sigma", (d, d), "spd")
a, b, c, t, C, f, ell = (declared(name) for name in ("a", "b", "c", "t", "C", "f", "ell"))
mu1, mu2, sigma1, sigma2 = (declared(name) for name in ("mu1", "mu2", "sigma1", "sigma2"))
alpha0, length = declared("alpha0"), declared("length")
w_hat, theta_mle = declared("w_hat", (d, 1)), declared("theta_MLE", (d, 1))

whole = declared("k", (1, 1), "integer")
i = index("i", n)


def log_of(node):
    return elementwise("log", node)


residual = X @ w - y
ridge = HALF * norm2(residual) ** 2 + lam / 2 * norm2(w) ** 2
one = ones(n)
margin = hadamard(y, X @ w + b * one)
square = number(2)
tanh_slope = ones(h, d) - elementwise_power(elementwise("tanh", Z), square)

SINGULAR = {"svdvals", "leftvecs", "rightvecs", "specnorm", "leftvec_max", "rightvec_max"}
SINGULAR |= {"nucnorm", "polar"}

# One node for every operator; a test walks OPERATORS and asks for each.
BY_OPERATOR = {
    "symbol": X,
    "number": number(Fraction(-3, 4)),
    "constant": constant("pi"),
    "size": size_node(n),
    "eye": eye(d),
    "ones": ones(n),
    "zero": zero((n, d)),
    "add": a - b,
    "mul": 2 * a * (X @ w),
    "had": hadamard(w, x),
    "pow": a**3,
    "mpow": A**3,
    "matpow": power(A, whole - 1),
    "index": i,
    "unit": unit(i),
    "sum_over": sum_over(log_of(entry(y, i)) * row(X, i), i),
    "transpose": X.T,
    "inverse": inverse(A),
    "map": elementwise("tanh", Z),
    "trace": trace(A),
    "det": determinant(A),
    "logdet": logdet(A),
    "total": total(X),
    "norm2": norm2(w),
    "norm1": norm1(w),
    "logsumexp": logsumexp(w),
    "diag": diag(w),
    "diagonal": diagonal_vector(A),
    "softmax": softmax(w),
    "rowsoftmax": rowsoftmax(X),
    "rowlogsumexp": rowlogsumexp(X),
    "array": array([[a, b], [b, -a]]),
    "max": largest(X),
    "min": smallest(w),
    "norminf": norminf(w),
    "peak": peak(X, "min"),
    "combine": combined("clip", X, -a, a),
    "block": block([[A, w], [x.T, a]]),
    "part": part_of(X, 0, 1, n, 1),
    "kron": kron(A, X),
    "vec": vec(X),
    "toeplitz": toeplitz_part(X),
    "unvec": unvec(vec(X) + vec(X), n, d),
    "commutation": commutation(n, d),
    "block_inner": block_inner(kron(A, X), X, d, d),
    "block_sum": block_sum(kron(A, X), A, n, d),
    **{
        name: build(w if name == "gaps" else X if name in SINGULAR else Sigma)
        for name, build in BUILDERS.items()
    },
    "mask": mask("lower_half", d, d),
    "polygamma": polygamma(2, w),
    "besseli": besseli(b, a),
    "zeta": zeta(1, a),
    "gammainc": gammainc(b, a),
    "betainc": betainc(b, b, a),
    "normquantile": normquantile(a),
    "gammaincinv": gammaincinv(b, a),
    "betaincinv": betaincinv(b, b, a),
    "matrixmap": matrix_map("expm", A),
    "frechet": frechet("expm", A, B),
    "cholesky": cholesky(A),
    "adjugate": adjugate(A),
    "pinv": pseudo_inverse(X),
    "differential": differential(X),
    "nabla": nabla(f, w),
    "derivative": jacobian_by_name(y, w),
    "expectation": expectation(elementwise("log", t), "p", "t"),
}
BY_FUNCTION = {name: elementwise(name, t) for name in ELEMENTWISE}

# node, Unicode, ASCII, plain
WRITTEN = [
    (
        ridge,
        "1/2 ‖Xw − y‖² + λ/2 ‖w‖²",
        "1/2 ||Xw - y||^2 + lam/2 ||w||^2",
        "1/2*norm2(X*w - y)^2 + 1/2*lam*norm2(w)^2",
    ),
    (
        X.T @ residual + lam * w,
        "Xᵀ(Xw − y) + λw",
        "X'(Xw - y) + lam w",
        "X'*(X*w - y) + lam*w",
    ),
    (
        w.T @ A @ w / (w.T @ w),
        "wᵀAw/(wᵀw)",
        "w'Aw/(w'w)",
        "(w'*A*w)/(w'*w)",
    ),
    (
        -HALF * inverse(Sigma) + HALF * (inverse(Sigma) @ (x - mu) @ (x - mu).T @ inverse(Sigma)),
        "−1/2 Σ⁻¹ + 1/2 Σ⁻¹ (x − μ)(x − μ)ᵀ Σ⁻¹",
        "-1/2 Sigma^-1 + 1/2 Sigma^-1 (x - mu)(x - mu)' Sigma^-1",
        "-1/2*inv(Sigma) + 1/2*inv(Sigma)*(x - mu)*(x - mu)'*inv(Sigma)",
    ),
    (
        (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - HALF,
        "(σ₁² + (μ₁ − μ₂)²)/(2σ₂²) − 1/2",
        "(sigma1^2 + (mu1 - mu2)^2)/(2 sigma2^2) - 1/2",
        "(sigma1^2 + (mu1 - mu2)^2)/(2*sigma2^2) - 1/2",
    ),
    (elementwise("log", sigma2 / sigma1), "log(σ₂/σ₁)", "log(sigma2/sigma1)", "log(sigma2/sigma1)"),
    (t ** Fraction(-1, 2), "1/√t", "1/sqrt(t)", "t^(-1/2)"),
    (1 / sqrt(t), "1/√t", "1/sqrt(t)", "1/sqrt(t)"),
    (sqrt(2 * constant("pi")), "√(2π)", "sqrt(2 pi)", "sqrt(2*pi)"),
    (w / norm2(w), "w/‖w‖", "w/||w||", "1/norm2(w)*w"),
    (total(w) / size_node(d), "sum(w)/d", "sum(w)/d", "sum(w)/d"),
    (1 / size_node(n) * total(y), "1/n sum(y)", "1/n sum(y)", "1/n*sum(y)"),
    (hadamard(W, tanh_slope), "W∘(1 − tanh(Z)∘²)", "W .* (1 - tanh(Z).^2)",
     "W.*(ones(h, d) - tanh(Z).^2)"),
    (X.T @ hadamard(y, alpha), "Xᵀ(y∘α)", "X'(y .* alpha)", "X'*(y.*alpha)"),
    (hadamard(hadamard(y, alpha), xi), "y∘α∘ξ", "y .* alpha .* xi", "y.*alpha.*xi"),
    (elementwise_power(X @ w, square), "(Xw)∘²", "(Xw).^2", "(X*w).^2"),
    (hadamard(y, elementwise_power(alpha, number(-1))), "y⊘α", "y ./ alpha", "y./alpha"),
    (elementwise_power(alpha, number(-1)), "α∘⁻¹", "alpha.^(-1)", "alpha.^(-1)"),
    (margin, "y∘(Xw + b1ₙ)", "y .* (Xw + b ones(n))", "y.*(X*w + b*ones(n))"),
    (C * (one.T @ xi), "C1ₙᵀξ", "C ones(n)' xi", "C*ones(n)'*xi"),
    (2 * one - 3 * y, "2·1ₙ − 3y", "2 ones(n) - 3y", "2*ones(n) - 3*y"),
    (a * eye(d) + b * (x @ x.T), "aI + bxxᵀ", "aI + bxx'", "a*eye(d) + b*x*x'"),
    (inverse(A.T), "A⁻ᵀ", "A^-T", "inv(A')"),
    (inverse(A) ** 2, "A⁻²", "A^-2", "inv(A)^2"),
    (A.T**2, "(A²)ᵀ", "(A^2)'", "(A')^2"),
    ((w.T @ w) * (A @ x), "(wᵀw)Ax", "(w'w)Ax", "(w'*w)*A*x"),
    (a - 2 * (b + c), "a − 2(b + c)", "a - 2(b + c)", "a - 2*(b + c)"),
    (-a + b, "−a + b", "-a + b", "-a + b"),
    (number(-2) ** a, "(−2)^a", "(-2)^a", "(-2)^a"),
    (number(HALF) ** a, "(1/2)^a", "(1/2)^a", "(1/2)^a"),
    (a ** (-b), "a^(−b)", "a^(-b)", "a^(-b)"),
    ((a / b) ** 2, "(a/b)²", "(a/b)^2", "(a/b)^2"),
    (1 / (1 / a), "1/(1/a)", "1/(1/a)", "1/(1/a)"),
    (alpha0 * length * a, "α₀ length a", "alpha0 length a", "alpha0*length*a"),
    (norm2(X) ** 2, "‖X‖_F²", "||X||_F^2", "norm2(X)^2"),
    (norm2(w) ** 3 * norm2(x), "‖w‖³ ‖x‖", "||w||^3 ||x||", "norm2(w)^3*norm2(x)"),
    (norm1(w), "‖w‖₁", "||w||_1", "norm1(w)"),
    (elementwise("abs", a), "|a|", "|a|", "abs(a)"),
    (elementwise("abs", w), "abs(w)", "abs(w)", "abs(w)"),
    (elementwise("step", w), "1[w > 0]", "1[w > 0]", "step(w)"),
    (elementwise("loggamma", a), "log Γ(a)", "loggamma(a)", "loggamma(a)"),
    (elementwise("log", a) * b, "(log a)b", "(log a)b", "log(a)*b"),
    (b * elementwise("log", a), "b log a", "b log a", "b*log(a)"),
    (elementwise("log", a) ** 2, "(log a)²", "(log a)^2", "log(a)^2"),
    (elementwise("tanh", a) ** 2, "tanh(a)²", "tanh(a)^2", "tanh(a)^2"),
    (logdet(A + B), "log det(A + B)", "log det(A + B)", "logdet(A + B)"),
    (trace((A + B) @ A), "tr([A + B]A)", "tr([A + B]A)", "tr((A + B)*A)"),
    (X.T @ elementwise("sigmoid", X @ w), "Xᵀ σ(Xw)", "X' sigmoid(Xw)", "X'*sigmoid(X*w)"),
    (array([[a], [b]]), "(a, b)ᵀ", "(a, b)'", "[[a], [b]]"),
    (array([[a, b], [-b, a]]), "[a, b; −b, a]", "[a, b; -b, a]", "[[a, b], [-b, a]]"),
    (transpose(array([[a], [b]])), "(a, b)", "(a, b)", "[[a], [b]]'"),
    (size_node(n + 1) * a, "(n + 1)a", "(n + 1)a", "(n + 1)*a"),
    (w_hat, "ŵ", "w_hat", "w_hat"),
    (theta_mle, "θ_MLE", "theta_MLE", "theta_MLE"),
    (matrix_map("expm", A), "e^A", "e^A", "expm(A)"),
    (matrix_map("expm", -a * A), "e^(−aA)", "e^(-aA)", "expm(-a*A)"),
    (matrix_map("logm", A), "log A", "log A", "logm(A)"),
    (matrix_map("logm", A + B), "log[A + B]", "log[A + B]", "logm(A + B)"),
    (matrix_map("sinm", A) @ x, "(sin A)x", "(sin A)x", "sinm(A)*x"),
    (matrix_map("sqrtm", A + B), "(A + B)^(1/2)", "(A + B)^(1/2)", "sqrtm(A + B)"),
    (inverse(matrix_map("sqrtm", A)), "A^(−1/2)", "A^(-1/2)", "inv(sqrtm(A))"),
    (frechet("logm", A, B), "L_log(A, B)", "L_log(A, B)", "logm_frechet(A, B)"),
    (frechet("expm", A, B, 2 * B), "2 L_exp(A, B, B)", "2 L_exp(A, B, B)",
     "2*expm_frechet(A, B, B)"),
    (cholesky(A), "chol(A)", "chol(A)", "cholesky(A)"),
    (adjugate(A + B), "adj(A + B)", "adj(A + B)", "adj(A + B)"),
    (pseudo_inverse(X) @ y, "X⁺ y", "pinv(X) y", "pinv(X)*y"),
    (pseudo_inverse(X).T @ x, "X⁺ᵀ x", "pinv(X') x", "pinv(X')*x"),
    (hadamard(mask("lower", d, d), A), "1[i ≥ j] ∘ A", "1[i >= j] .* A", "mask_lower(d).*A"),
    (polygamma(3, a), "ψ⁽³⁾(a)", "polygamma(3, a)", "polygamma(3, a)"),
    (besseli(number(0), a), "I₀(a)", "besseli(0, a)", "besseli(0, a)"),
    (besseli(b, a + 1), "I_b(a + 1)", "besseli(b, a + 1)", "besseli(b, a + 1)"),
    (gammainc(b, a + 1), "P(b, a + 1)", "gammainc(b, a + 1)", "gammainc(b, a + 1)"),
    (betainc(b, b, a), "I(b, b, a)", "betainc(b, b, a)", "betainc(b, b, a)"),
    (normquantile(a), "Φ⁻¹(a)", "normquantile(a)", "normquantile(a)"),
    (gammaincinv(b, a), "P⁻¹(b, a)", "gammaincinv(b, a)", "gammaincinv(b, a)"),
    (betaincinv(b, b, a), "I⁻¹(b, b, a)", "betaincinv(b, b, a)", "betaincinv(b, b, a)"),
    (zeta(0, a), "ζ(a)", "riemann_zeta(a)", "riemann_zeta(a)"),
    (zeta(1, a), "ζ′(a)", "zetaderiv(1, a)", "zetaderiv(1, a)"),
    (zeta(3, a), "ζ⁽³⁾(a)", "zetaderiv(3, a)", "zetaderiv(3, a)"),
    (differential(norm2(residual) ** 2), "d‖Xw − y‖²", "d||Xw - y||^2", "d(norm2(X*w - y)^2)"),
    (differential(logdet(Sigma)), "d log det Σ", "d log det Sigma", "d(logdet(Sigma))"),
    (differential(inverse(Sigma)), "d(Σ⁻¹)", "d(Sigma^-1)", "d(inv(Sigma))"),
    (differential(a) ** 2, "(da)²", "(da)^2", "d(a)^2"),
    (differential(a**2), "d(a²)", "d(a^2)", "d(a^2)"),
    (differential(X).T @ y, "dXᵀ y", "dX' y", "d(X)'*y"),
    (jacobian_by_name(y, w), "∂y/∂w", "dy/dw", "jacobian(y, w)"),
    (hessian_by_name(f, w), "∇²f", "hess f", "hessian(f, w)"),
    (hessian_block_by_name(f, w, y), "∂²f/(∂w ∂y)", "d^2f/(dw dy)", "hessian(f, w, y)"),
    (nabla(f, w).T @ differential(w), "∇fᵀ dw", "grad f' dw", "nabla(f, w)'*d(w)"),
]  # fmt: skip


def ridge_trace():
    """The gradient of ridge regression."""
    dw, df = differential(w), differential(f)
    opened = HALF * differential(norm2(residual) ** 2) + lam / 2 * differential(norm2(w) ** 2)
    reached = residual.T @ X @ dw + lam * (w.T @ dw)
    gradient = X.T @ residual + lam * w
    read_off = Words("read off {0} = {1}", (df, nabla(f, w).T @ dw))
    return Trace(
        question=Words("gradient of {0} in {1}", (f, w)),
        definitions=((f, ridge),),
        steps=(
            Step(df, opened, "linearity"),
            Step(opened, reached, "squared norm: d|u|^2 = 2 u'du"),
            Step(reached, gradient.T @ dw, Words("collect {0}", (dw,))),
            Step(nabla(f, w), gradient, read_off),
        ),
        results=(("gradient_w", gradient),),
        conditions=(),
        arguments=(X, w, y, lam),
    )


def gaussian_trace():
    """The gradient of the Gaussian log-likelihood in the covariance."""
    precision, centred, dS = inverse(Sigma), x - mu, differential(Sigma)
    likelihood = -HALF * logdet(Sigma) - HALF * (centred.T @ precision @ centred)
    opened = -HALF * differential(logdet(Sigma)) - HALF * (
        centred.T @ differential(precision) @ centred
    )
    reached = -HALF * trace(precision @ dS) + HALF * (
        centred.T @ precision @ dS @ precision @ centred
    )
    gradient = -HALF * precision + HALF * (precision @ centred @ centred.T @ precision)
    pair = trace(nabla(ell, Sigma).T @ dS)
    return Trace(
        question=Words("gradient of {0} in {1}", (ell, Sigma)),
        definitions=((ell, likelihood),),
        steps=(
            Step(differential(ell), opened, "linearity"),
            Step(opened, reached, "log-determinant; inverse: d(A^-1) = -A^-1 dA A^-1"),
            Step(reached, trace(gradient @ dS), "a scalar is its trace; cyclic"),
            Step(
                nabla(ell, Sigma),
                gradient,
                Words("read off {0} = {1}, {2} symmetric", (differential(ell), pair, Sigma)),
            ),
        ),
        results=(("gradient_Sigma", gradient),),
        conditions=(Relation(Sigma, "is", Words("positive definite")),),
        arguments=(x, mu, Sigma),
    )


def dual_trace():
    """The dual of the soft-margin machine."""
    nothing = zero((n, 1))
    objective = HALF * norm2(w) ** 2 + C * (one.T @ xi)
    lagrangian = add(
        HALF * (w.T @ w), C * (one.T @ xi), -(alpha.T @ (margin - one + xi)), -(nu.T @ xi)
    )
    weights = X.T @ hadamard(y, alpha)
    dual = one.T @ alpha - HALF * norm2(weights) ** 2
    return Trace(
        question=Words(
            "dual of minimise {0} over {1}, {2}, {3} subject to {4} >= {5}, {3} >= 0",
            (objective, w, b, xi, margin, one - xi),
        ),
        definitions=(),
        steps=(
            Step(
                None,
                Relation(symbol("L"), "=", lagrangian),
                "Lagrangian",
                conditions=(Relation(alpha, ">=", nothing), Relation(nu, ">=", nothing)),
            ),
            Step(Words("inf over {0}", (w,)), Relation(w, "=", weights), "quadratic"),
            Step(None, Words("inf over {0}: {1} = 0", (b, y.T @ alpha)), "affine, else -infinity"),
            Step(
                Words("inf over {0}", (xi,)),
                Relation(C * one - alpha - nu, "=", nothing),
                "affine, else -infinity",
            ),
            Step(
                Relation(nu, ">=", nothing),
                Relation(alpha, "<=", C * one),
                Words("eliminate {0}", (nu,)),
            ),
            Step(
                None,
                Words(
                    "maximise {0} subject to 0 <= {1} <= {2}, {3} = 0",
                    (dual, alpha, C, y.T @ alpha),
                ),
                "dual",
            ),
        ),
        results=(("dual", dual),),
        conditions=(),
        arguments=(X, y, C, alpha),
        closing=(
            Words("recovery: {0} = {1}", (w, weights)),
            Words("strong duality holds: convex, constraints affine and feasible"),
        ),
    )


def eigen_trace():
    """The eigendecomposition of a symmetric 2 x 2 matrix, as two results."""
    letter, M = symbol("lam"), symbol("A", (2, 2))
    half_root = sqrt(number(2)) / 2
    return Trace(
        question=Words("eigendecomposition of {0}", (M,)),
        definitions=((M, array([[a, b], [b, a]])),),
        steps=(
            Step(
                determinant(M - letter * eye(2)),
                (a - letter) ** 2 - b**2,
                "characteristic polynomial",
            ),
            Step(None, Words("{0} = {1} or {0} = {2}", (letter, a + b, a - b)), "roots"),
        ),
        results=(
            ("values", array([[a + b], [a - b]])),
            ("vectors", array([[half_root, half_root], [half_root, -half_root]])),
        ),
        conditions=(Relation(b, "!=", number(0)),),
        arguments=(a, b),
    )


def divergence_trace():
    """The Kullback-Leibler divergence of two Gaussians."""
    law, log = symbol("x"), lambda node: elementwise("log", node)
    first, second = (law - mu1) ** 2, (law - mu2) ** 2
    names = [declared(name, (1, 1), "positive") for name in ("sigma1", "sigma2")]
    s1, s2 = names
    expanded = log(s2 / s1) - first / (2 * s1**2) + second / (2 * s2**2)
    result = log(s2 / s1) + (s1**2 + (mu1 - mu2) ** 2) / (2 * s2**2) - HALF
    p, q, KL = symbol("p"), symbol("q"), symbol("KL")
    moment = "second moment about c: Var x + (E x - c)^2"
    return Trace(
        question=Words(
            "KL(p ‖ q), p = Normal({0}, {1}), q = Normal({2}, {3}): mean, standard deviation; nats",
            (mu1, s1, mu2, s2),
        ),
        definitions=(),
        steps=(
            Step(Words("support"), Words("R lies in R"), "so KL is finite if the moments are"),
            Step(log(p) - log(q), expanded, "expand the log densities"),
            Step(expectation(first, "p", "x"), s1**2, "variance"),
            Step(expectation(second, "p", "x"), s1**2 + (mu1 - mu2) ** 2, moment),
            Step(KL, result, "linearity of expectation"),
        ),
        results=(("KL", result),),
        conditions=tuple(Relation(s, ">", number(0)) for s in names),
        arguments=(mu1, s1, mu2, s2),
    )


TRACES = {
    "ridge": ridge_trace(),
    "gaussian": gaussian_trace(),
    "dual": dual_trace(),
    "eigen": eigen_trace(),
    "divergence": divergence_trace(),
}
CHECKED = (
    "checked: 4 lines and the result, 12 points, sizes (n, d) = (4, 3) (2, 5) (7, 1), "
    "50 digits, worst error 3e-31, seed 0"
)
