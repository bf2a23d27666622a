"""Backpropagation: the pages, and the compiled function against autograd and differences."""

from __future__ import annotations

import importlib.util
import itertools
import pickle
import re

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from autograd.scipy.special import erf, logsumexp
from latex_checker import faults
from sympy import Matrix

import derive as dv
from derive.engine.network.activations import activation_names
from derive.engine.network.losses import LOSSES
from derive.errors import ArgumentError, DomainError, LimitError, RefutedError, ShapeError
from derive.language.functions import hadamard

WIDTHS = (5, 4, 6, 3, 2)

# written for autograd, in other forms than the library's tables
ACTIVATIONS = {
    "identity": lambda z: z,
    "tanh": lambda z: 2 / (1 + anp.exp(-2 * z)) - 1,
    "sigmoid": lambda z: (1 + anp.tanh(z / 2)) / 2,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "softplus": lambda z: anp.logaddexp(0.0, z),
    "gelu": lambda z: z * (1 + erf(z / anp.sqrt(2.0))) / 2,
    "silu": lambda z: z / (1 + anp.exp(-z)),
    "sin": anp.sin,
    "cos": anp.cos,
    "arctan": anp.arctan,
    "sinh": lambda z: (anp.exp(z) - anp.exp(-z)) / 2,
    "cosh": lambda z: (anp.exp(z) + anp.exp(-z)) / 2,
    "exp": anp.exp,
    "abs": lambda z: anp.where(z > 0, z, -z),
    "erf": erf,
    "normpdf": lambda z: anp.exp(-z * z / 2) / anp.sqrt(2 * anp.pi),
    "normcdf": lambda z: (1 + erf(z / anp.sqrt(2.0))) / 2,
    "lognormcdf": lambda z: anp.log((1 + erf(z / anp.sqrt(2.0))) / 2),
}
PAIRS = [(head, name) for name, row in LOSSES.items() for head in row.heads]


def oracle_loss(a, z, y, head, loss):
    """The loss of one batch, from the last sums `z`, without the formulas of the library."""
    if head == "softmax":
        log_a = z - logsumexp(z, axis=1, keepdims=True)
        a = anp.exp(log_a)
    elif head == "sigmoid":
        log_a, a = -anp.logaddexp(0.0, -z), 1 / (1 + anp.exp(-z))
    else:
        a = z
    if loss == "squared_error":
        return 0.5 * anp.sum((a - y) ** 2)
    if loss == "cross_entropy":
        return -anp.sum(y * log_a)
    return -anp.sum(y * log_a + (1 - y) * -anp.logaddexp(0.0, z))


def oracle(X, Y, weights, biases, activations, head, loss, batch, lam=0.0):
    """The loss and its gradients by reverse-mode differentiation of another program."""

    def objective(parameters):
        weights, biases = parameters
        a = X
        for k, (W, b) in enumerate(zip(weights, biases, strict=True)):
            z = anp.dot(a, W.T) + b
            a = ACTIVATIONS[activations[k]](z) if k < len(activations) else z
        value = oracle_loss(a, z, Y, head, loss)
        value = value / len(X) if batch == "mean" else value
        return value + lam / 2 * sum(anp.sum(W**2) for W in weights)

    value, slopes = autograd.value_and_grad(objective)((weights, biases))
    return value, slopes[0], slopes[1]


def problem(depth, head, loss, seed=0, rows=7):
    """Random data and parameters of a network of some depth."""
    rng = np.random.default_rng(seed)
    widths = (*WIDTHS[:depth], WIDTHS[depth])
    X = rng.normal(size=(rows, widths[0]))
    Y = rng.normal(size=(rows, widths[-1]))
    if loss == "cross_entropy":
        Y = np.eye(widths[-1])[rng.integers(widths[-1], size=rows)]
    elif loss == "binary_cross_entropy":
        Y = (Y > 0).astype(float)
    pairs = itertools.pairwise(widths)
    weights = [rng.normal(size=(high, low)) / np.sqrt(low) for low, high in pairs]
    biases = [rng.normal(size=high) / 3 for high in widths[1:]]
    return X, Y, weights, biases


def assert_same(got, expected, has_bias=True):
    value, in_weights, *rest = got
    np.testing.assert_allclose(value, expected[0], rtol=1e-10)
    pairs = list(zip(in_weights, expected[1], strict=True))
    if has_bias:
        pairs += zip(rest[0], expected[2], strict=True)
    else:
        assert rest == []
    for mine, other in pairs:
        assert mine.shape == other.shape
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-11)


# --- the compiled function ----------------------------------------------------------------


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("batch", ["", "sum", "mean"])
@pytest.mark.parametrize(("head", "loss"), PAIRS)
def test_every_head_and_loss_at_every_depth_equals_autograd(depth, batch, head, loss):
    X, Y, weights, biases = problem(depth, head, loss, seed=depth)
    X, Y = (X, Y) if batch else (X[:1], Y[:1])
    activations = ("tanh",) * (depth - 1)
    expected = oracle(X, Y, weights, biases, activations, head, loss, batch)
    f = open_network(head, loss, batch).function()
    got = f(X if batch else X[0], Y if batch else Y[0], weights, biases)
    assert_same(got, expected)


_OPEN: dict[tuple[str, str, str], dv.Derivation] = {}


def open_network(head, loss, batch):
    """A network of open depth, derived once."""
    key = (head, loss, batch)
    if key not in _OPEN:
        _OPEN[key] = dv.backpropagation(head=head, loss=loss, batch=batch or False)
    return _OPEN[key]


@pytest.mark.parametrize("activation", activation_names())
@pytest.mark.parametrize("batch", [False, "mean"])
def test_every_activation_equals_autograd_without_and_with_bias(activation, batch):
    X, Y, weights, biases = problem(3, "identity", "squared_error", seed=3)
    X, Y = (X, Y) if batch else (X[:1], Y[:1])
    weights = [W / 4 for W in weights]  # keeps cosh(cosh(z)) in its range
    for has_bias in (True, False):
        net = dv.backpropagation(3, activation, batch=batch, bias=has_bias)
        assert net.certificate.verdict == "verified"
        used = [b if has_bias else 0 * b for b in biases]
        args = (X, Y, weights, used, (activation,) * 2, "identity", "squared_error", batch)
        got = net.function()(
            X if batch else X[0], Y if batch else Y[0], weights, *([used] if has_bias else [])
        )
        assert_same(got, oracle(*args), has_bias)


def test_a_different_activation_in_each_layer_equals_autograd():
    names = ("relu", "gelu", "sin")
    net = dv.backpropagation(4, names, "softmax", "cross_entropy", "mean", weight_decay=True)
    X, Y, weights, biases = problem(4, "softmax", "cross_entropy", seed=5)
    got = net.function(layers=WIDTHS)(X, Y, weights, biases, lam=0.3)
    expected = oracle(X, Y, weights, biases, names, "softmax", "cross_entropy", "mean", 0.3)
    assert_same(got, expected)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
def test_gradients_equal_five_point_differences(depth, activation):
    net = dv.backpropagation(depth, activation, "softmax", "cross_entropy", batch="mean")
    f = net.function()
    X, Y, weights, biases = problem(depth, "softmax", "cross_entropy", seed=11)
    _, in_weights, in_biases = f(X, Y, weights, biases)
    rng, h = np.random.default_rng(1), 1e-4
    for _ in range(3):
        V = [rng.normal(size=W.shape) for W in weights]
        v = [rng.normal(size=b.shape) for b in biases]
        values = {
            k: f(
                X,
                Y,
                [W + k * h * E for W, E in zip(weights, V, strict=True)],
                [b + k * h * e for b, e in zip(biases, v, strict=True)],
            )[0]
            for k in (-2, -1, 1, 2)
        }
        slope = (values[-2] - 8 * values[-1] + 8 * values[1] - values[2]) / (12 * h)
        claimed = sum(np.vdot(G, E) for G, E in zip(in_weights, V, strict=True))
        claimed += sum(np.vdot(g, e) for g, e in zip(in_biases, v, strict=True))
        np.testing.assert_allclose(claimed, slope, rtol=1e-6, atol=1e-9)


def test_a_loss_of_ones_own_as_text_and_as_sympy():
    text = dv.backpropagation(2, "tanh", "sigmoid", "sum(softplus(a - y)) + norm2(a)^4")
    k = dv.dims("k")
    a, y = dv.vector("a", k), dv.vector("y", k)
    other = dv.backpropagation(2, "tanh", "sigmoid", dv.total(dv.softplus(a - y)) + dv.norm(a) ** 4)
    X, Y, weights, biases = problem(2, "sigmoid", "squared_error", seed=2)

    def objective(W, b):
        a = 1 / (1 + anp.exp(-(anp.dot(W, anp.tanh(weights[0] @ X[0] + biases[0])) + b)))
        return anp.sum(anp.logaddexp(0.0, a - Y[0])) + anp.sum(a**2) ** 2

    expected = autograd.grad(objective, 0)(weights[1], biases[1])
    for net in (text, other):
        assert net.certificate.verdict == "verified"
        _, in_weights, _ = net.function()(X[0], Y[0], weights, biases)
        np.testing.assert_allclose(in_weights[1], expected, rtol=1e-10)


def test_one_output_and_a_loss_of_a_whole_batch():
    one = dv.backpropagation(2, loss="sum(exp(a.*y))")
    assert one.certificate.verdict == "verified"
    W = [np.ones((2, 3)), np.ones((1, 2))]
    value, _, (_, last) = one.function()(np.zeros(3), [2.0], W, [np.zeros(2), np.ones(1)])
    np.testing.assert_allclose([value, *last], [np.exp(2.0), 2 * np.exp(2.0)])
    whole = dv.backpropagation(2, "relu", loss="sum(abs(a - y))", batch="mean")
    assert whole.certificate.verdict == "verified"
    X, Y, weights, biases = problem(2, "identity", "squared_error", seed=8)
    value, _, in_biases = whole.function()(X, Y, weights, biases)
    out = np.maximum(X @ weights[0].T + biases[0], 0) @ weights[1].T + biases[1]
    np.testing.assert_allclose(value, np.abs(out - Y).sum() / len(X))
    np.testing.assert_allclose(in_biases[1], np.sign(out - Y).sum(axis=0) / len(X))


def test_large_sums_do_not_overflow():
    for head, loss in (("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy")):
        f = dv.backpropagation(2, "sigmoid", head, loss).function()
        W = [np.full((3, 2), 1e4), np.array([[1e4, 0, 0], [0, -1e4, 0]])]
        y = np.array([0.0, 1.0])
        value, in_weights, in_biases = f([1.0, -2.0], y, W, [np.full(3, 5e4), np.zeros(2)])
        assert np.isfinite(value)
        assert value >= 1e4
        assert all(np.isfinite(G).all() for G in (*in_weights, *in_biases))


def test_a_saved_file_stands_alone(tmp_path):
    net = dv.backpropagation(3, ("gelu", "relu"), "softmax", "cross_entropy", "mean")
    f = net.function()
    path = net.save(tmp_path / "network.py")
    text = path.read_text(encoding="utf-8")
    assert "derive" not in re.sub(r"derivative", "", text)
    spec = importlib.util.spec_from_file_location("network", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    args = problem(3, "softmax", "cross_entropy")
    assert_same(module.backpropagation(*args), f(*args))
    X, Y, weights, biases = args
    with pytest.raises(module.ShapeError, match="layer 2"):
        module.backpropagation(X, Y, [weights[0], weights[1].T, weights[2]], biases)
    with pytest.raises(module.DomainError, match="x holds nan"):
        module.backpropagation(X * np.nan, Y, weights, biases)


# --- bad input of the compiled function -----------------------------------------------------


def compiled():
    return open_network("softmax", "cross_entropy", "mean").function()


def test_shapes_that_disagree_name_the_layer():
    X, Y, weights, biases = problem(3, "softmax", "cross_entropy")
    f = compiled()
    with pytest.raises(ShapeError, match=r"layer 2: weights\[1\] of shape \(4, 6\) takes 6"):
        f(X, Y, [weights[0], weights[1].T, weights[2]], biases)
    with pytest.raises(ShapeError, match=r"layer 1: .* takes 5 inputs, x has 4"):
        f(X[:, 1:], Y, weights, biases)
    with pytest.raises(ShapeError, match=r"layer 3: .* needs biases\[2\] of shape \(3,\)"):
        f(X, Y, weights, [*biases[:2], np.zeros(7)])
    with pytest.raises(ShapeError, match=r"y must have shape \(7, 3\)"):
        f(X, Y[:, :2], weights, biases)
    with pytest.raises(ShapeError, match="3 weights and 2 biases"):
        f(X, Y, weights, biases[:2])
    with pytest.raises(ShapeError, match=r"weights\[0\] must be a matrix"):
        f(X, Y, [weights[0][0], *weights[1:]], biases)
    fixed = open_network("softmax", "cross_entropy", "mean").function(layers=[5, 4, 7, 3])
    with pytest.raises(ShapeError, match=r"layer 2: .* compiled for \(7, 4\)"):
        fixed(X, Y, weights, biases)


def test_values_without_meaning_are_refused():
    X, Y, weights, biases = problem(3, "softmax", "cross_entropy")
    f = compiled()
    spoiled = X.copy()
    spoiled[2, 1] = np.nan
    with pytest.raises(DomainError, match=r"x holds nan at \(2, 1\)"):
        f(spoiled, Y, weights, biases)
    with pytest.raises(DomainError, match=r"weights\[1\] holds inf"):
        f(X, Y, [weights[0], weights[1] * np.inf, weights[2]], biases)
    with pytest.raises(DomainError, match="one-hot or a distribution"):
        f(X, Y * 2, weights, biases)
    with pytest.raises(DomainError, match="negative entry"):
        f(X, np.tile([2.0, -1.0, 0.0], (7, 1)), weights, biases)
    with pytest.raises(ArgumentError, match="real numbers"):
        f([["a"]], Y, weights, biases)
    with pytest.raises(ArgumentError, match="must be a list"):
        f(X, Y, weights[0], biases)
    with pytest.raises(ArgumentError, match="needs biases"):
        f(X, Y, weights)
    with pytest.raises(ArgumentError, match="takes x, y, weights, biases"):
        f(X, Y, weights, biases, rate=1)
    with pytest.raises(ArgumentError, match="masked"):
        f(np.ma.masked_array(X, X > 1), Y, weights, biases)
    with pytest.raises(ArgumentError, match="is empty"):
        f(X[:0], Y[:0], weights, biases)


@pytest.mark.parametrize("layers", [[5], [5, 0], [5, 2.5], "53", [True, 2]])
def test_widths_are_whole_numbers(layers):
    with pytest.raises(ArgumentError, match="widths"):
        open_network("softmax", "cross_entropy", "mean").function(layers=layers)


def test_as_many_widths_as_layers():
    with pytest.raises(ShapeError, match="network of 2 layers has 3"):
        dv.backpropagation(2).function(layers=[3, 4])


def test_the_function_of_a_network_can_be_pickled():
    f = open_network("softmax", "cross_entropy", "mean").function()
    again = pickle.loads(pickle.dumps(f))  # noqa: S301  # our own object
    X, Y, weights, biases = problem(3, "softmax", "cross_entropy")
    assert again.source == f.source
    assert again(X, Y, weights, biases)[0] == f(X, Y, weights, biases)[0]


# --- bad questions ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"bias": "no"}, "bias is True or False, got 'no'"),
        ({"bias": 0}, "bias is True or False"),
        ({"weight_decay": 0.1}, "weight_decay=True; the factor lam is an argument"),
        ({"weight_decay": "x"}, "weight_decay is True or False, got 'x'"),
    ],
)
def test_what_is_there_or_not_is_true_or_false(choice, message):
    with pytest.raises(ArgumentError, match=message):
        dv.backpropagation(**choice)


@pytest.mark.parametrize("layers", [65, 500, 10**9])
def test_many_layers_are_left_open(layers):
    with pytest.raises(LimitError, match='layers="L" derives one general layer'):
        dv.backpropagation(layers)


def test_an_unknown_activation_lists_the_known_ones():
    with pytest.raises(ArgumentError, match="no activation is called 'rleu'") as caught:
        dv.backpropagation(activation="rleu")
    assert all(name in str(caught.value) for name in activation_names())
    with pytest.raises(ArgumentError, match="the slope of step is zero"):
        dv.backpropagation(activation="step")
    with pytest.raises(ArgumentError, match="log is not defined for every argument"):
        dv.backpropagation(activation="log")


@pytest.mark.parametrize("layers", [0, -1, 2.5, "3", True, None])
def test_there_is_at_least_one_layer(layers):
    with pytest.raises(ArgumentError, match="at least 1"):
        dv.backpropagation(layers)


def test_heads_and_losses_that_do_not_fit():
    with pytest.raises(ArgumentError, match="does not go with the head 'identity'"):
        dv.backpropagation(loss="cross_entropy")
    with pytest.raises(ArgumentError, match="loss='squared_error' or 'binary_cross_entropy'"):
        dv.backpropagation(head="sigmoid", loss="cross_entropy")
    with pytest.raises(ArgumentError, match="no head is called 'tanh'"):
        dv.backpropagation(head="tanh")
    with pytest.raises(ArgumentError, match="no loss is called 'hinge'"):
        dv.backpropagation(loss="hinge")


def test_losses_that_are_none():
    with pytest.raises(ShapeError, match="a loss is a scalar"):
        dv.backpropagation(loss="a - y")
    with pytest.raises(ArgumentError, match="nothing else"):
        dv.backpropagation(loss="sum(a*c)", shapes="a: k, c: scalar")
    with pytest.raises(ArgumentError, match="nothing else"):
        dv.backpropagation(loss="sum(y)", shapes="y: k")
    with pytest.raises(ShapeError, match="need one shape"):
        dv.backpropagation(loss="sum(a) + sum(y)", shapes="a: k, y: 3")
    with pytest.raises(ShapeError, match="need one shape"):
        dv.backpropagation(loss="sum(a)", shapes="a: n x k")
    with pytest.raises(ShapeError, match="one output is a vector of length 1"):
        dv.backpropagation(loss="exp(a)", shapes="a: scalar")
    with pytest.raises(ShapeError, match="one output is a vector of length 1"):
        dv.backpropagation(loss="sum(a)", shapes="a: n", batch=True)
    with pytest.raises(ShapeError, match="a loss is a scalar"):
        dv.backpropagation(loss=Matrix([1, 2]))
    with pytest.raises(ArgumentError, match="nothing else"):
        dv.backpropagation(loss=3)


def test_activations_for_each_layer_need_their_number():
    with pytest.raises(ShapeError, match="3 layers have 2 hidden ones, got 1"):
        dv.backpropagation(3, ["tanh"])
    with pytest.raises(ArgumentError, match="layers=3"):
        dv.backpropagation("L", ["tanh", "relu"])
    with pytest.raises(ArgumentError, match="batch is"):
        dv.backpropagation(batch="median")


# --- the derivation -----------------------------------------------------------------------

PAGES = {
    "tanh_softmax": {"head": "softmax", "loss": "cross_entropy"},
    "tanh_softmax_batch": {"head": "softmax", "loss": "cross_entropy", "batch": "mean"},
    "relu_regression": {"activation": "relu", "weight_decay": True},
    "gelu_sigmoid": {
        "activation": "gelu",
        "head": "sigmoid",
        "loss": "binary_cross_entropy",
        "bias": False,
    },
    "two_layers": {"layers": 2, "head": "softmax", "loss": "cross_entropy"},
    "mixed_layers": {"layers": 3, "activation": ["relu", "tanh"], "batch": True},
}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_the_one_on_file(name, golden):
    net = dv.backpropagation(**PAGES[name])
    assert net.certificate.verdict == "verified"
    golden(f"backpropagation/{name}.txt", net.text())
    golden(f"backpropagation/{name}.tex", net.latex())
    assert faults(net.latex()) == []


def test_a_wrong_slope_is_refuted(monkeypatch):
    from derive.engine.network import stages

    right = stages.slope_of

    def wrong(net, activation, z):
        slope, rules = right(net, activation, z)
        return hadamard(-1 * slope, slope), rules

    monkeypatch.setattr(stages, "slope_of", wrong)
    with pytest.raises(RefutedError):
        dv.backpropagation(head="softmax", loss="cross_entropy")


def test_a_wrong_recursion_is_refuted_by_the_whole(monkeypatch):
    from derive.calculus import backpropagation as verb

    right = verb.composed

    def wrong(net):
        whole = right(net)
        (W, G), *rest = whole.gradients
        return type(whole)(whole.objective, (*rest, (W, -1 * G)))

    monkeypatch.setattr(verb, "composed", wrong)
    with pytest.raises(RefutedError):
        dv.backpropagation()


def test_the_page_is_the_same_for_every_way_of_saying_so():
    assert dv.backpropagation(batch=True).text() == dv.backpropagation(batch="sum").text()
    same = dv.backpropagation(3, ["tanh", "tanh"]).text()
    assert same == dv.backpropagation(3, "tanh").text()


def test_results_are_sympy_objects_of_the_right_shape():
    net = dv.backpropagation(2, head="softmax", loss="cross_entropy")
    assert [str(r.shape) for r in net.result] == [
        "(d__2, d__1)",
        "(d__2, 1)",
        "(d__1, d__0)",
        "(d__1, 1)",
    ]
    assert len(net.as_dict()["result"]) == 4
    assert "def backpropagation(x, y, weights, biases):" in net.markdown()


@pytest.mark.parametrize("layers", [1, 2, 3, 6])
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "identity"])
def test_the_answer_alone_says_what_each_of_its_letters_is(layers, activation):
    answer = dv.backpropagation(layers=layers, activation=activation, weight_decay=True)
    known = set(answer.trace.arguments)
    for name, meaning in answer.trace.names:
        assert meaning.symbols <= known, name
        known.add(name)
    assert all(node.symbols <= known for _, node in answer.trace.results)
    page = answer.text(detail="result")
    assert f"δ^({layers})" not in page
    assert page.count("δ⁽¹⁾ = ") == 1
    assert r"\boldsymbol{\delta}^{(1)} &= " in answer.latex(detail="result")
    assert answer.text().count("z⁽¹⁾ = ") <= 1


def test_the_answer_for_any_depth_says_what_the_letters_of_its_layers_are():
    page = dv.backpropagation(layers="L", activation="tanh").text(detail="result")
    for line in ("a⁽⁰⁾ = x", "z⁽ˡ⁾ = W⁽ˡ⁾a⁽ˡ⁻¹⁾ + b⁽ˡ⁾", "a⁽ˡ⁾ = tanh(z⁽ˡ⁾)"):
        assert line in page
