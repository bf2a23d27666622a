"""The pages of textbook losses: printed steps and LaTeX compared with tests/golden/gradient."""

from __future__ import annotations

import pytest

import derive as dv

# name: (loss, variable, shapes); SHARED questions with the benchmark of deriving
QUESTIONS = {
    "ridge": (
        "norm2(X*w - y)^2/2 + lam/2*norm2(w)^2",
        "w",
        "X: n x d, w: d, y: n, lam: positive",
    ),
    "logistic_regression": (
        "sum(softplus(X*w)) - y'*X*w",
        "w",
        "X: n x d, w: d, y: n binary",
    ),
    "logistic_regression_signs": (
        "sum(log(ones(n) + exp(-y.*(X*w))))",
        "w",
        "X: n x d, w: d, y: n sign",
    ),
    "softmax_cross_entropy": (
        "sum(logsumexp_rows(X*W)) - tr(Y'*X*W)",
        "W",
        "X: n x d, W: d x k, Y: n x k",
    ),
    "softmax_cross_entropy_one_sample": (
        "-t'*log(softmax(W*x))",
        "W",
        "W: k x d, x: d, t: k onehot",
    ),
    "gaussian_mean": (
        "-logdet(Sigma)/2 - (x - mu)'*inv(Sigma)*(x - mu)/2",
        "mu",
        "Sigma: d x d spd, x: d, mu: d",
    ),
    "gaussian_covariance": (
        "-logdet(Sigma)/2 - (x - mu)'*inv(Sigma)*(x - mu)/2",
        "Sigma",
        "Sigma: d x d spd, x: d, mu: d",
    ),
    "gaussian_precision": (
        "logdet(Lambda)/2 - (x - mu)'*Lambda*(x - mu)/2",
        "Lambda",
        "Lambda: d x d spd, x: d, mu: d",
    ),
    "gaussian_process_scale": (
        "-y'*inv(s*R + sigma^2*eye(n))*y/2 - logdet(s*R + sigma^2*eye(n))/2",
        "s",
        "R: n x n psd, y: n, s: positive, sigma: positive",
    ),
    "pca_reconstruction": ("norm2(X - X*V*V')^2", "V", "X: n x d, V: d x k"),
    "rayleigh_quotient": ("(w'*A*w)/(w'*w)", "w", "A: d x d symmetric, w: d"),
    "tanh_layer": ("norm2(tanh(W*x + b) - t)^2/2", "W", "W: k x d, x: d, b: k, t: k"),
    "masked_factorisation": (
        "norm2(M.*(Z - U*V'))^2/2",
        "U",
        "M: n x d binary, Z: n x d, U: n x k, V: d x k",
    ),
    "logdet_barrier": (
        "tr(C*S) - mu*logdet(S)",
        "S",
        "C: d x d symmetric, S: d x d spd, mu: positive",
    ),
    "cosine_similarity": ("a'*w/(norm2(a)*norm2(w))", "w", "a: d, w: d"),
    "largest_eigenvalue": ("lambda_max(X'*X)", "X", "X: n x d"),
    "nuclear_norm": ("norm2(A - B)^2/2 + lam*nucnorm(A)", "A", "A: n x d, B: n x d, lam: positive"),
    "sum_of_log_eigenvalues": ("sum(log(eig(S)))", "S", "S: n x n spd"),
    "eigenvector": ("c'*eigvec_max(S)", "S", "S: n x n symmetric, c: n"),
    "sum_gaussian_mean": (
        "sum_i(logdet(S)/2 + (x_i - mu)'*inv(S)*(x_i - mu)/2)",
        "mu",
        "x_i: d, i: 1..n, mu: d, S: d x d spd",
    ),
    "sum_gaussian_covariance": (
        "sum_i(logdet(S)/2 + (x_i - mu)'*inv(S)*(x_i - mu)/2)",
        "S",
        "x_i: d, i: 1..n, mu: d, S: d x d spd",
    ),
    "sum_logistic": (
        "sum_i(log(1 + exp(-y_i*x_i'*w))) + lam/2*norm2(w)^2",
        "w",
        "x_i: d, y_i: sign, i: 1..n, w: d, lam: positive",
    ),
    "sum_softmax_regression": (
        "sum_i(logsumexp(W'*x_i) - y_i'*W'*x_i)",
        "W",
        "x_i: d, y_i: k, i: 1..n, W: d x k",
    ),
    "sum_k_means": (
        "sum_{i,j}(r_ij*norm2(x_i - m_j)^2)",
        "m",
        "r_ij: binary, x_i: d, m_j: d, i: 1..n, j: 1..k",
    ),
    "sum_pairwise_ranking": (
        "sum_{i,j}(log(1 + exp(-y_ij*(x_i - x_j)'*w)))",
        "w",
        "x_i: d, y_ij: sign, i: 1..n, j: 1..n, w: d",
    ),
    "sum_robust_regression": (
        "sum_i(sqrt(1 + (y_i - x_i'*w)^2))",
        "w",
        "x_i: d, y_i: scalar, i: 1..n, w: d",
    ),
    "sum_geometric_median": (
        "sum_i(norm2(x_i - m))",
        "m",
        "x_i: d, i: 1..n, m: d",
    ),
    "matrix_power_trace": ("tr(X^k)", "X", "X: n x n, k: positive integer"),
    "matrix_power_bilinear": ("a'*X^k*b", "X", "X: n x n, a: n, b: n, k: positive integer"),
    "softmax_entropy": ("-softmax(z)'*log(softmax(z))", "z", "z: d"),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_page_is_the_one_on_file(name, golden):
    loss, variable, shapes = QUESTIONS[name]
    page = dv.gradient(loss, variable, shapes=shapes)
    assert page.certificate.verdict == "verified"
    assert page.certificate.level == "enclosed at points"
    golden(f"gradient/{name}.txt", page.text())
    golden(f"gradient/{name}.tex", page.latex())
