"""Entropies, divergences and moments of laws of vectors and matrices.

Oracles: SciPy's entropies, and means of SciPy's log densities over its own draws, four
standard errors wide; nothing of the engine or of its charts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.special
import scipy.stats

import derive as dv
from derive.errors import (
    ArgumentError,
    DeclarationError,
    DomainError,
    NoClosedFormError,
    NoRuleError,
    ShapeError,
)

DRAWS = 40_000
ERRORS = 4.0


def spd(generator: np.random.Generator, size: int) -> np.ndarray:
    A = generator.normal(size=(size, size))
    return A @ A.T + np.eye(size) * 0.7


def parameters(law: str, generator: np.random.Generator, size: int) -> dict[str, Any]:
    """Random admissible parameters by name."""
    if law == "MultivariateNormal":
        return {"mu": generator.normal(size=size), "Sigma": spd(generator, size)}
    if law == "MultivariateT":
        nu = 3.5 + generator.uniform() * 4
        return {"nu": nu, "mu": generator.normal(size=size), "Sigma": spd(generator, size)}
    if law == "Dirichlet":
        return {"alpha": generator.uniform(0.4, 5, size=size)}
    if law == "Categorical":
        return {"p": generator.dirichlet(np.ones(size))}
    if law == "Multinomial":
        return {"n": 7, "p": generator.dirichlet(np.ones(size))}
    if law == "Wishart":
        return {"n": size + 2.5 + generator.uniform() * 3, "V": spd(generator, size)}
    if law == "InverseWishart":
        return {"nu": size + 4.5 + generator.uniform() * 3, "Psi": spd(generator, size)}
    assert law == "MatrixNormal"
    M = generator.normal(size=(2, size))
    return {"M": M, "U": spd(generator, 2), "V": spd(generator, size)}


def frozen(law: str, values: dict[str, Any]) -> Any:
    """The law in SciPy."""
    if law == "MultivariateNormal":
        return scipy.stats.multivariate_normal(values["mu"], values["Sigma"])
    if law == "MultivariateT":
        return scipy.stats.multivariate_t(values["mu"], values["Sigma"], values["nu"])
    if law == "Dirichlet":
        return scipy.stats.dirichlet(values["alpha"])
    if law == "Categorical":
        return scipy.stats.multinomial(1, values["p"])
    if law == "Multinomial":
        return scipy.stats.multinomial(values["n"], values["p"])
    if law == "Wishart":
        return scipy.stats.wishart(values["n"], values["V"])
    if law == "InverseWishart":
        return scipy.stats.invwishart(values["nu"], values["Psi"])
    return scipy.stats.matrix_normal(values["M"], values["U"], values["V"])


def log_density(law: str, values: dict[str, Any], draws: np.ndarray) -> np.ndarray:
    model = frozen(law, values)
    if law in {"Categorical", "Multinomial"}:
        return np.asarray(model.logpmf(draws))
    if law == "Dirichlet":
        return np.asarray(model.logpdf(draws.T / draws.T.sum(axis=0)))
    if law in {"Wishart", "InverseWishart"}:
        return np.asarray(model.logpdf(np.moveaxis(draws, 0, -1)))
    return np.asarray(model.logpdf(draws))


CLOSED = (
    "MultivariateNormal",
    "MultivariateT",
    "Dirichlet",
    "Categorical",
    "Wishart",
    "InverseWishart",
    "MatrixNormal",
)
PAIRS = (
    *((law, law) for law in CLOSED if law != "MultivariateT"),
    ("Multinomial", "Multinomial"),
    ("Wishart", "InverseWishart"),
    ("InverseWishart", "Wishart"),
    ("MultivariateT", "MultivariateNormal"),
)


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.mark.parametrize("law", CLOSED)
@pytest.mark.parametrize("size", [2, 4])
def test_an_entropy_is_minus_the_mean_of_the_log_density(
    law: str, size: int, generator: np.random.Generator
) -> None:
    found = dv.entropy(law)
    assert found.certificate.verdict == "verified"
    values = parameters(law, generator, size)
    draws = frozen(law, values).rvs(DRAWS, random_state=generator)
    logs = -log_density(law, values, draws)
    error = ERRORS * logs.std() / np.sqrt(DRAWS) + 1e-9
    assert found.function()(**values) == pytest.approx(logs.mean(), abs=error)


# the entropy of SciPy's inverse Wishart is not the mean of its own log density: left out
@pytest.mark.parametrize("law", ["MultivariateNormal", "Dirichlet", "Wishart"])
def test_entropies_are_those_of_scipy(law: str, generator: np.random.Generator) -> None:
    values = parameters(law, generator, 3)
    expected = float(frozen(law, values).entropy())
    assert dv.entropy(law).function()(**values) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_divergence_is_the_mean_of_the_log_ratio(
    first: str, second: str, generator: np.random.Generator
) -> None:
    p, q = getattr(dv, first)(), getattr(dv, second)
    names = {place.name: f"{place.name}_q" for place in q.parameters}
    if first == second == "Multinomial":
        names["n"] = "n"
    found = dv.kl_divergence(p, q(**names))
    assert found.certificate.verdict == "verified"
    for size in (2, 3):
        mine, theirs = parameters(first, generator, size), parameters(second, generator, size)
        draws = frozen(first, mine).rvs(DRAWS, random_state=generator)
        logs = log_density(first, mine, draws) - log_density(second, theirs, draws)
        error = ERRORS * logs.std() / np.sqrt(DRAWS) + 1e-9
        given = {**mine, **{names[key]: value for key, value in theirs.items()}}
        assert found.function()(**given) == pytest.approx(logs.mean(), abs=error)


MOMENTS = (
    ("x", "MultivariateNormal", "", lambda x, e: x),
    ("x*x'", "MultivariateNormal", "", lambda x, e: x[:, :, None] * x[:, None, :]),
    (
        "x'*A*x + b'*x",
        "MultivariateNormal",
        "A: d x d, b: d",
        lambda x, e: np.einsum("ni,ij,nj->n", x, e["A"], x) + x @ e["b"],
    ),
    ("norm2(x - b)^2", "MultivariateT", "b: d", lambda x, e: ((x - e["b"]) ** 2).sum(axis=1)),
    ("exp(b'*x/4)", "MultivariateNormal", "b: d", lambda x, e: np.exp(x @ e["b"] / 4)),
    ("exp(b'*x)", "Multinomial", "b: K", lambda x, e: np.exp(x @ e["b"])),
    ("x*x'", "Dirichlet", "", lambda x, e: x[:, :, None] * x[:, None, :]),
    ("x*x'", "Multinomial", "", lambda x, e: x[:, :, None] * x[:, None, :]),
    ("log(x)", "Dirichlet", "", lambda x, e: np.log(x)),
    ("X*A*X", "Wishart", "A: p x p", lambda x, e: x @ e["A"] @ x),
    ("inv(X)", "Wishart", "", lambda x, e: np.linalg.inv(x)),
    ("X", "InverseWishart", "", lambda x, e: x),
    ("X'*A*X", "MatrixNormal", "A: n x n", lambda x, e: np.swapaxes(x, 1, 2) @ e["A"] @ x),
    ("X*A*X'", "MatrixNormal", "A: p x p", lambda x, e: x @ e["A"] @ np.swapaxes(x, 1, 2)),
)


@pytest.mark.parametrize(("function", "law", "shapes", "value"), MOMENTS)
def test_a_mean_is_the_average_over_draws(
    function: str, law: str, shapes: str, value: Any, generator: np.random.Generator
) -> None:
    found = dv.expectation(function, law, shapes=shapes)
    assert found.certificate.verdict == "verified"
    size = 3
    values = parameters(law, generator, size)
    if law == "InverseWishart":
        values["nu"] += 4
    extra = {}
    for name in ("A", "b"):
        if f"{name}:" in shapes:
            count = 2 if "n x n" in shapes else size
            extra[name] = generator.normal(size=(count, count) if name == "A" else count)
    draws = frozen(law, values).rvs(DRAWS, random_state=generator)
    sample = value(np.asarray(draws), extra)
    error = ERRORS * 1.3 * sample.std(axis=0) / np.sqrt(DRAWS) + 1e-9
    taken = {name: v for name, v in values.items() if name in found.function().arguments}
    result = np.asarray(found.function()(**taken, **extra))
    assert np.all(np.abs(result - sample.mean(axis=0)) < error)


def test_the_variance_of_a_linear_form_is_the_mean_of_a_square() -> None:
    found = dv.variance("a'*x", dv.MultivariateNormal("m", "S"), shapes="a: d")
    assert "v = E_p[(aᵀ(x − m))²]" in found.text()
    assert found.certificate.verdict == "verified"


@pytest.mark.parametrize(
    ("left", "right", "shapes"),
    [
        ("x'*A*x", None, "A: d x d"),
        ("x'*A*x + b'*x", "b'*x", "A: d x d, b: d"),
        ("x'*A*x", "norm2(x - b)^2", "A: d x d, b: d"),
    ],
)
def test_covariances_of_quadratic_forms(
    left: str, right: str | None, shapes: str, generator: np.random.Generator
) -> None:
    law = dv.MultivariateNormal()
    if right is None:
        found = dv.variance(left, law, shapes=shapes)
    else:
        found = dv.covariance(left, right, law, shapes=shapes)
    assert found.certificate.verdict == "verified"
    values = parameters("MultivariateNormal", generator, 3)
    A, b = generator.normal(size=(3, 3)), generator.normal(size=3)
    x = frozen("MultivariateNormal", values).rvs(DRAWS * 4, random_state=generator)
    forms = {
        "x'*A*x": np.einsum("ni,ij,nj->n", x, A, x),
        "b'*x": x @ b,
        "norm2(x - b)^2": ((x - b) ** 2).sum(axis=1),
    }
    forms["x'*A*x + b'*x"] = forms["x'*A*x"] + forms["b'*x"]
    f, g = forms[left], forms[right or left]
    products = (f - f.mean()) * (g - g.mean())
    error = ERRORS * products.std() / np.sqrt(len(x))
    given = {**values, "A": A, "b": b}
    compiled = found.function()
    result = compiled(**{name: given[name] for name in compiled.arguments})
    assert result == pytest.approx(products.mean(), abs=error)


def test_the_divergence_of_an_encoder_from_the_standard_normal() -> None:
    kl = dv.kl_divergence(dv.MultivariateNormal("mu", variances="v"), dv.MultivariateNormal(0, 1))
    assert repr(kl).startswith("1/2*mu'*mu + 1/2*sum(v) - 1/2*d - 1/2*sum(log(v))")


def test_text_reads_a_law_of_vectors_with_its_shapes() -> None:
    kl = dv.kl_divergence("MultivariateNormal(m, S)", "MultivariateNormal(0, 1)")
    assert [str(s) for s in kl.function().arguments] == ["m", "S"]


def test_explicit_numbers_are_exact() -> None:
    law = dv.MultivariateNormal([0, 1], [[2, 1], [1, 2]])
    assert repr(dv.entropy(law)).startswith("log(2*pi) + 1/2*log(3) + 1")
    q = dv.kl_divergence(dv.Categorical([0.5, 0.5]), dv.Categorical([0.25, 0.75]))
    expected = scipy.stats.entropy([0.5, 0.5], [0.25, 0.75])
    assert q.function()() == pytest.approx(expected, rel=1e-12)


BAD: tuple[tuple[Any, type[Exception], str], ...] = (
    (lambda: dv.MultivariateNormal("mu", [[1, 2], [2, 1]]), DomainError, "positive definite"),
    (lambda: dv.MultivariateNormal("mu", [[1, 2], [0, 1]]), DomainError, "symmetric"),
    (lambda: dv.MultivariateNormal("mu", [[1, 2, 3]]), ShapeError, "1 x 1"),
    (lambda: dv.MultivariateNormal("mu", -1), DomainError, "must be positive"),
    (lambda: dv.MultivariateNormal("mu", "S", d=0), ArgumentError, "size d"),
    (lambda: dv.Dirichlet([1, -1]), DomainError, "positive entries"),
    (lambda: dv.Categorical([0.5, 0.6]), DomainError, "sum to one"),
    (lambda: dv.Wishart(1, "V", p=3), DomainError, "needs 1 > 2"),
    (lambda: dv.MultivariateNormal("m + b", "S"), ArgumentError, "needs a name"),
    (lambda: dv.entropy("MultivariateNormal(m, 2*S)"), ArgumentError, "no shapes in a text"),
    (lambda: dv.MultivariateNormal("d", "S", d="d"), DeclarationError, "parameter and a size"),
    (
        lambda: dv.kl_divergence("Wishart(n, V)", "Wishart(p, W)"),
        DeclarationError,
        "parameter and a size",
    ),
    (lambda: dv.entropy("Multinomial"), NoClosedFormError, "loggamma"),
    (lambda: dv.kl_divergence(dv.Dirichlet(), dv.Categorical()), ArgumentError, "spaces"),
    (lambda: dv.kl_divergence(dv.Normal(), dv.MultivariateNormal()), ArgumentError, "kinds"),
    (lambda: dv.kl_divergence("Multinomial(n, p)", "Multinomial(m, q)"), ArgumentError, "n and m"),
    (lambda: dv.kl_divergence("Multinomial(2, p)", "Multinomial(3, q)"), ArgumentError, "trials"),
    (
        lambda: dv.kl_divergence(dv.MultivariateNormal(d=2), dv.MultivariateNormal(d=3)),
        ShapeError,
        "one shape",
    ),
    (lambda: dv.expectation("y", dv.MultivariateNormal()), ArgumentError, "not in"),
    (lambda: dv.expectation("norm2(x)", dv.MultivariateNormal()), NoClosedFormError, "norm"),
    (lambda: dv.covariance("Wishart"), ShapeError, "columns"),
    (lambda: dv.moment("Dirichlet", 2), NoRuleError, "no rule for laws"),
)


@pytest.mark.parametrize(("ask", "kind", "words"), BAD)
def test_bad_input_is_named(ask: Any, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        ask()


PAIRS_OF_NUMBERS = {
    "NormalGamma": {"mu": 0.3, "lam": 1.7, "a": 2.6, "b": 1.4},
    "NormalInverseGamma": {"m": -0.4, "k": 0.8, "a": 3.1, "b": 1.9},
}


def drawn(law: str, v: dict[str, float], generator: np.random.Generator) -> Any:
    """Pairs drawn one after the other."""
    if law == "NormalGamma":
        t = generator.gamma(v["a"], 1 / v["b"], DRAWS)
        return generator.normal(v["mu"], 1 / np.sqrt(v["lam"] * t)), t
    t = v["b"] / generator.gamma(v["a"], 1, DRAWS)
    return generator.normal(v["m"], np.sqrt(t / v["k"])), t


def log_of_pair(law: str, v: dict[str, float], x: Any, t: Any) -> Any:
    if law == "NormalGamma":
        spread = 1 / np.sqrt(v["lam"] * t)
        inner = scipy.stats.norm.logpdf(x, v["mu"], spread)
        return inner + scipy.stats.gamma.logpdf(t, v["a"], scale=1 / v["b"])
    inner = scipy.stats.norm.logpdf(x, v["m"], np.sqrt(t / v["k"]))
    return inner + scipy.stats.invgamma.logpdf(t, v["a"], scale=v["b"])


@pytest.mark.parametrize("law", PAIRS_OF_NUMBERS)
def test_pairs_by_the_chain_rule(law: str, generator: np.random.Generator) -> None:
    values = PAIRS_OF_NUMBERS[law]
    others = {f"{name}_q": value * 1.3 + 0.2 for name, value in values.items()}
    x, t = drawn(law, values, generator)
    log_p = log_of_pair(law, values, x, t)
    log_q = log_of_pair(law, {name[:-2]: v for name, v in others.items()}, x, t)
    second = getattr(dv, law)(*(f"{name}_q" for name in values))
    for found, sample in (
        (dv.entropy(law), -log_p),
        (dv.cross_entropy(law, second), -log_q),
        (dv.kl_divergence(law, second), log_p - log_q),
    ):
        assert found.certificate.verdict == "verified"
        compiled = found.function()
        given = {name: {**values, **others}[name] for name in compiled.arguments}
        error = ERRORS * sample.std() / np.sqrt(DRAWS)
        assert compiled(**given) == pytest.approx(sample.mean(), abs=error)


def test_what_pairs_have_no_rule_for_is_refused() -> None:
    with pytest.raises(NoRuleError, match="pairs"):
        dv.variance("NormalGamma")
    with pytest.raises(ArgumentError, match="different pairs"):
        dv.kl_divergence("NormalGamma", "NormalInverseGamma")


@pytest.mark.parametrize("size", [4, 9])
def test_laws_of_many_entries_are_checked_by_their_letters(
    size: int, generator: np.random.Generator
) -> None:
    p = dv.MultivariateNormal(d=size) if size == 4 else dv.MultivariateNormal("m", d=size)
    found = dv.entropy(p)
    assert found.certificate.verdict == "verified"
    alpha = [k + 1 for k in range(size)]
    numbers = dv.kl_divergence(dv.Dirichlet(alpha), dv.Dirichlet([1] * size))
    assert numbers.certificate.verdict == "verified"
    draws = scipy.stats.dirichlet(alpha).rvs(DRAWS, random_state=generator)
    logs = log_density("Dirichlet", {"alpha": alpha}, draws)
    logs = logs - log_density("Dirichlet", {"alpha": np.ones(size)}, draws)
    error = ERRORS * logs.std() / np.sqrt(DRAWS)
    assert numbers.function()() == pytest.approx(logs.mean(), abs=error)


def test_a_size_that_was_not_told_takes_a_letter_that_no_parameter_has() -> None:
    assert repr(dv.entropy("Dirichlet(K)").result).count("K") > 0
    law = dv.Wishart("p", "V")
    assert str(law.size_of["p"]) == "d"
    V = np.array([[1.3, 0.2], [0.2, 0.7]])
    expected = scipy.stats.wishart(4.5, V).entropy()
    assert dv.entropy(law).function()(p=4.5, V=V) == pytest.approx(expected, rel=1e-10)


def test_a_text_may_hold_sizes_and_explicit_numbers() -> None:
    assert dv.entropy("MultivariateNormal(m, S, d=2)").certificate.verdict == "verified"
    numbers = dv.entropy("MultivariateNormal([0, 0], [[2, 1], [1, 2]])")
    assert repr(numbers).startswith("log(2*pi) + 1/2*log(3) + 1")
    coin = dv.entropy("Categorical([1/2, 1/2])")
    assert coin.function()() == pytest.approx(np.log(2))
