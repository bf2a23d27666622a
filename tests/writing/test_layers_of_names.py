"""Names of a layer: a raised index in parentheses, told apart from powers and subscripts."""

from __future__ import annotations

import pytest
from latex_checker import faults

from derive.language.expression import elementwise_power, number, symbol
from derive.language.functions import hadamard
from derive.language.sizes import Size
from derive.writing.latex import STYLES, latex
from derive.writing.names import ascii_name, latex_name, split_name, unicode_name
from derive.writing.plain import plain
from derive.writing.text import text

d, e = Size.named("d__l"), Size.named("d__l_plus_1")
W, a = symbol("W__l_plus_1", (e, d)), symbol("a__l", (d, 1))

NAMES = {
    "W__l": ("W⁽ˡ⁾", "W[l]", "W^{(l)}"),
    "W__L_minus_1": ("W⁽ᴸ⁻¹⁾", "W[L-1]", "W^{(L-1)}"),
    "delta__12": ("δ⁽¹²⁾", "delta[12]", r"\delta^{(12)}"),
    "mu_hat_1__k": ("μ̂₁⁽ᵏ⁾", "mu_hat_1[k]", r"\hat{\mu}_1^{(k)}"),
    "w_star__2": ("w⋆⁽²⁾", "w_star[2]", r"w^{\star(2)}"),
    "h__out": ("h[out]", "h[out]", r"h^{(\mathrm{out})}"),
    "x_1": ("x₁", "x_1", "x_1"),
    "x__": ("x", "x__", "x"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_every_notation(name):
    assert (unicode_name(name), ascii_name(name), latex_name(name)) == NAMES[name]


def test_the_plain_form_can_be_typed_in_python():
    assert plain(W @ a) == "W__l_plus_1*a__l"
    assert split_name("W__l_plus_1").base == "W"


def test_text_reads_as_a_book_does():
    back = hadamard(W.T @ symbol("delta__l_plus_1", (e, 1)), elementwise_power(a, number(2)))
    assert text(back) == "(W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾)∘a⁽ˡ⁾∘²"
    assert text(back, unicode=False) == "(W[l+1]' delta[l+1]) .* a[l].^2"


@pytest.mark.parametrize("style", STYLES)
def test_latex_has_no_two_superscripts_on_one_letter(style):
    out = symbol("h__out", (d, 1))
    for node in (W.T, elementwise_power(a, number(2)), a @ a.T, out.T @ out):
        written = latex(node, style)
        assert "}^{(l)}^" not in written
        assert faults(written) == []
    assert latex(W.T).endswith(r"\mathbf{W}^{(l+1)\top}")
    assert latex(out.T @ out) == r"\mathbf{h}^{(\mathrm{out})\top}\mathbf{h}^{(\mathrm{out})}"
