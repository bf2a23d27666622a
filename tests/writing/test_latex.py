"""LaTeX: the house style, row by row, and the structure of everything that is printed."""

from __future__ import annotations

import pytest
from latex_checker import faults
from random_expressions import Generator
from writing_samples import (
    BY_FUNCTION,
    BY_OPERATOR,
    HALF,
    TRACES,
    WRITTEN,
    A,
    B,
    C,
    Sigma,
    W,
    X,
    Z,
    a,
    alpha,
    d,
    declared,
    lam,
    margin,
    mu1,
    n,
    one,
    ridge,
    sigma1,
    sigma2,
    t,
    tanh_slope,
    w,
    w_hat,
    x,
    xi,
    y,
)

from derive.errors import ArgumentError
from derive.language.expression import elementwise_power, eye, inverse, number, ones, zero
from derive.language.functions import (
    differential,
    elementwise,
    expectation,
    hadamard,
    logdet,
    nabla,
    norm2,
    total,
    trace,
)
from derive.reading import parse
from derive.rules.differentials import DIFFERENTIALS
from derive.rules.elementwise import DERIVATIVES
from derive.writing.latex import latex
from derive.writing.latex_page import latex_page
from derive.writing.latex_prose import latex_prose
from derive.writing.latex_style import STYLES

HOUSE_STYLE = [
    (ridge, r"\tfrac12\lVert\mathbf{X}\mathbf{w} - \mathbf{y}\rVert_2^2"
            r" + \frac{\lambda}{2}\lVert\mathbf{w}\rVert_2^2"),
    (X.T @ (X @ w - y) + lam * w,
     r"\mathbf{X}^\top(\mathbf{X}\mathbf{w} - \mathbf{y}) + \lambda\mathbf{w}"),
    (inverse(X.T @ X + lam * eye(d)) @ X.T @ y,
     r"(\mathbf{X}^\top\mathbf{X} + \lambda\mathbf{I}_d)^{-1}\mathbf{X}^\top\mathbf{y}"),
    (w.T @ A @ w / (w.T @ w),
     r"\frac{\mathbf{w}^\top\mathbf{A}\mathbf{w}}{\mathbf{w}^\top\mathbf{w}}"),
    (w / norm2(w), r"\frac{\mathbf{w}}{\lVert\mathbf{w}\rVert_2}"),
    (total(y) / declared("n"), r"\frac{\operatorname{sum}(\mathbf{y})}{n}"),
    (HALF * trace(inverse(A.T)), r"\tfrac12\operatorname{tr}(\mathbf{A}^{-\top})"),
    (-HALF * logdet(Sigma), r"-\tfrac12\log\det \boldsymbol{\Sigma}"),
    (hadamard(W, tanh_slope), r"\mathbf{W} \odot (1 - \tanh(\mathbf{Z})^{\odot 2})"),
    (elementwise_power(X @ w, number(2)), r"(\mathbf{X}\mathbf{w})^{\odot 2}"),
    (margin, r"\mathbf{y} \odot (\mathbf{X}\mathbf{w} + b\mathbf{1}_n)"),
    (C * (one.T @ xi), r"C\mathbf{1}_n^\top\boldsymbol{\xi}"),
    (one, r"\mathbf{1}_n"),
    (X + ones(n, d), r"\mathbf{X} + \mathbf{1}_{n \times d}"),
    (zero((n, d)), r"\mathbf{0}"),
    (hadamard(y, elementwise_power(alpha, number(-1))), r"\mathbf{y} \oslash \boldsymbol{\alpha}"),
    (elementwise("log", sigma2 / sigma1), r"\log\left(\frac{\sigma_2}{\sigma_1}\right)"),
    ((t - mu1) ** 2 / (2 * sigma1**2), r"\frac{(t - \mu_1)^2}{2\sigma_1^2}"),
    ((a / t) ** 2, r"\left(\frac{a}{t}\right)^2"),
    (t ** (HALF * 3), r"t^{3/2}"),
    (w_hat, r"\hat{\mathbf{w}}"),
    (declared("w_star", (d, 1)).T @ x, r"{\mathbf{w}^{\star}}^\top\mathbf{x}"),
    (differential(X), r"\mathrm{d}\mathbf{X}"),
    (differential(inverse(A)), r"\mathrm{d}(\mathbf{A}^{-1})"),
    (differential(norm2(w) ** 2), r"\mathrm{d}\lVert\mathbf{w}\rVert_2^2"),
    (trace(A.T @ differential(A)), r"\operatorname{tr}(\mathbf{A}^\top\, \mathrm{d}\mathbf{A})"),
    (trace((A + B) @ A), r"\operatorname{tr}([\mathbf{A} + \mathbf{B}]\mathbf{A})"),
    (nabla(declared("f"), w), r"\nabla_{\mathbf{w}} f"),
    (expectation(elementwise("log", t), "p", "t"), r"\mathbb{E}_{p}[\log t]"),
    (elementwise("step", Z), r"\mathbb{1}[\mathbf{Z} > 0]"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "wanted"), HOUSE_STYLE, ids=lambda v: str(v)[:40])
def test_the_house_style(node, wanted):
    assert latex(node) == wanted


def test_a_style_changes_fonts_and_signs_only():
    assert latex(X.T @ y, "bishop") == r"\mathbf{X}^{\mathrm{T}}\mathbf{y}"
    assert latex(norm2(w), "bishop") == r"\lVert\mathbf{w}\rVert"
    assert latex(elementwise("log", t), "bishop") == r"\ln t"
    assert latex(X.T @ y, "plain") == r"X^\top y"


def test_an_unknown_style_is_refused():
    with pytest.raises(ArgumentError, match="no style is called 'knuth'"):
        latex(a, "knuth")


@pytest.mark.parametrize("style", STYLES)
def test_everything_is_sound_latex(style):
    nodes = [*BY_OPERATOR.values(), *BY_FUNCTION.values(), *(row[0] for row in WRITTEN)]
    for node in nodes:
        assert faults(latex(node, style)) == [], latex(node, style)


@pytest.mark.parametrize("seed", range(40))
def test_random_expressions_are_sound_latex(seed):
    node = Generator(seed).make((1, 1), 2 + seed % 5)
    assert faults(latex(node)) == [], latex(node)


@pytest.mark.parametrize("detail", ["result", "short", "full"])
@pytest.mark.parametrize("name", TRACES)
def test_pages_are_sound_latex(name, detail):
    page = latex_page(TRACES[name], detail=detail)
    assert faults(page) == [], page


@pytest.mark.parametrize("row", DIFFERENTIALS, ids=lambda row: f"{row.op} {row.name}")
def test_the_statement_of_a_rule_is_sound_latex(row):
    written = rf"\text{{{latex_prose(f'{row.name}: {row.statement}')}}}"
    assert faults(written) == [], written


@pytest.mark.parametrize("row", DERIVATIVES.values(), ids=lambda row: row.function)
def test_the_statement_of_a_derivative_is_sound_latex(row):
    written = rf"\text{{{latex_prose(row.statement)}}}"
    assert faults(written) == [], written


@pytest.mark.parametrize(
    ("statement", "formula"),
    [
        ("d erf x = 2/sqrt(pi) exp(-x^2) dx", r"2/\sqrt {\pi } \exp (-x^{2})\, \mathrm{d}x$"),
        ("d arcsin x = dx / sqrt(1 - x^2)", r"\mathrm{d}x / \sqrt {1 - x^{2}}$"),
        ("d R = L_sqrt(A, dA)", r"L_{\mathrm{sqrt}}(A,\, \mathrm{d}A)$"),
    ],
)
def test_a_root_in_a_statement_covers_what_it_is_of(statement, formula):
    assert latex_prose(statement).endswith(formula)


def test_a_sum_in_an_elementwise_exponent_has_brackets():
    node = parse("x.^(g - 1)", "x: n positive, g: positive")
    assert latex(node) == r"\mathbf{x}^{\odot (g - 1)}"


@pytest.mark.parametrize("sign", list("\\{}$&%#_^~<>|\"'‖²Σ≤éж−"))
def test_any_sign_in_words_is_escaped(sign):
    assert faults(rf"\text{{{latex_prose(f'a {sign} b{sign}')}}}") == []


@pytest.mark.parametrize(
    "wrong",
    [r"\frac{a}{b", r"x^2^3", r"\left( x", r"\begin{aligned} x", r"\bm{x}", "λ", r"x}", "$x"],
)
def test_the_checker_sees_what_is_wrong(wrong):
    assert faults(wrong)


@pytest.mark.parametrize(
    ("statement", "written"),
    [
        ("d log x = dx / x", r"\mathrm{d} \log x = \mathrm{d}x / x"),
        ("d 1[x > 0] = 0 for x != 0", r"\mathrm{d} \mathbb{1}[x > 0] = 0 \text{ for } x \neq 0"),
        ("d max(u) = 1[u = max(u)]'du", r"\mathbb{1}[u = \max (u)]^\top\, \mathrm{d}u"),
        ("d|u|_inf = sign(u)'du", r"\mathrm{d}\Vert u\Vert _\infty"),
    ],
)
def test_the_statement_of_a_rule_in_latex(statement, written):
    assert written in latex_prose(statement)
