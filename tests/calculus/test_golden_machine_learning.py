"""Pages of gradients that are met in machine learning."""

from __future__ import annotations

import numpy as np
import pytest

import derive as dv

CENTRED = "(X - ones(m)*(ones(m)'*X)/m)"
GRADIENTS = {
    "layer_norm": (
        "g'*((x - mean(x)*ones(n))/sqrt(mean((x - mean(x)*ones(n)).^2) + s))",
        "x",
        "g: n, x: n, s: positive",
    ),
    "rms_norm": ("g'*(x/sqrt(x'*x/n + s))", "x", "g: n, x: n, s: positive"),
    "batch_norm": (
        f"tr(G'*({CENTRED}*diag((colsums({CENTRED}.^2)/m + s*ones(n)).^(-1/2))))",
        "X",
        "G: m x n, X: m x n, s: positive",
    ),
    "attention": (
        "tr(G'*rowsoftmax(Q*K'/sqrt(d))*V)",
        "Q, K, V",
        "Q: n x d, K: m x d, V: m x p, G: n x p",
    ),
    "low_rank_adaptation": (
        "norm2((W + B*A)*X - Y)^2/2",
        "A, B",
        "W: p x d, B: p x r, A: r x d, X: d x n, Y: p x n",
    ),
    "embedding": (
        "norm2(T*E*W - Y)^2/2",
        "E, W",
        "T: n x v onehot_rows, E: v x d, W: d x k, Y: n x k",
    ),
    "contrastive": (
        "-tr(Z*V'/t)/n + sum(logsumexp_rows(Z*V'/t))/n",
        "Z",
        "Z: n x d, V: n x d, t: positive",
    ),
    "triplet": (
        "relu(norm2(a - p)^2 - norm2(a - q)^2 + m)",
        "a, p, q",
        "a: d, p: d, q: d, m: positive",
    ),
    "evidence_lower_bound": (
        "norm2(x - W*(m + exp(s/2).*z))^2/2 + sum(exp(s))/2 + m'*m/2 - sum(s)/2",
        "m, s",
        "x: n, W: n x k, m: k, s: k, z: k",
    ),
    "policy_gradient": (
        "r*log(softmax(W*x)'*a)",
        "W",
        "W: k x d, x: d, a: k onehot, r: scalar",
    ),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_the_page_of_a_gradient(name, golden):
    function, wrt, shapes = GRADIENTS[name]
    found = dv.gradient(function, wrt, shapes=shapes)
    assert found.certificate.verdict == "verified"
    golden(f"machine_learning/{name}.txt", found.text())
    golden(f"machine_learning/{name}.tex", found.latex())


def convolution_layer():
    """One layer of a convolution written as a product with a Toeplitz matrix."""
    shapes = "T: m x n, x: n, y: m"
    return dv.gradient("norm2(tanh(T*x) - y)^2/2", "T, x", shapes=shapes, structure="T: toeplitz")


def test_the_page_of_a_convolution_as_a_toeplitz_product(golden):
    found = convolution_layer()
    assert found.certificate.verdict == "verified"
    golden("machine_learning/convolution.txt", found.text())
    golden("machine_learning/convolution.tex", found.latex())


def test_the_gradient_of_a_convolution_is_that_of_its_filter_and_its_input():
    """The slope in a tap is the sum along its diagonal, against differences of a convolution."""
    rng = np.random.default_rng(7)
    taps, x, y = rng.normal(size=3), rng.normal(size=5), rng.normal(size=7)

    def loss(taps, x):
        return ((np.tanh(np.convolve(x, taps)) - y) ** 2).sum() / 2

    def slope(k, which):
        step = np.zeros(3 if which == 0 else 5)
        step[k] = 1e-6
        shift = (step, 0) if which == 0 else (0, step)
        return (loss(taps + shift[0], x + shift[1]) - loss(taps - shift[0], x - shift[1])) / 2e-6

    T = sum(tap * np.eye(7, 5, -k) for k, tap in enumerate(taps))
    by_matrix, by_input = convolution_layer().function()(T=T, x=x, y=y)
    by_tap = [np.diagonal(by_matrix, -k).sum() for k in range(3)]
    np.testing.assert_allclose(by_tap, [slope(k, 0) for k in range(3)], rtol=1e-7)
    np.testing.assert_allclose(by_input, [slope(k, 1) for k in range(5)], rtol=1e-7)


def test_the_posterior_mean_of_a_denoising_step(golden):
    """The mean of a product of two Gaussians in x is where its logarithm is stationary."""
    found = dv.stationary_point(
        "norm2(z - sqrt(a)*x)^2/(2*b) + norm2(x - sqrt(c)*y)^2/(2*(1 - c))",
        "x",
        shapes="x: d, y: d, z: d, a: positive, b: positive, c: probability",
    )
    assert found.certificate.verdict == "verified"
    golden("machine_learning/denoising_posterior_mean.txt", found.text())
    golden("machine_learning/denoising_posterior_mean.tex", found.latex())
