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
