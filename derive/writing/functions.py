"""How functions written as calls are spelled, one row per name, one column per notation.

A key is an operator of ``OPERATORS`` or a function of ``ELEMENTWISE``, or ``gamma``, which is
how ``exp(log Gamma(x))`` is written.  Functions with a
sign of their own (``|x|``, norms, inverses) have a form in ``forms`` instead.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spelling:
    """One function: its plain name and how it is written for people.

    ``bare`` functions stand before a simple argument without parentheses: ``log x``.
    ``clash`` is the letter of `unicode`; where a symbol already uses that letter the
    function is spelled by its plain name.
    """

    plain: str
    unicode: str
    latex: str
    ascii: str = ""
    bare: bool = False
    clash: str = ""


SPELLINGS: dict[str, Spelling] = {
    # operators
    "trace": Spelling("tr", "tr", r"\operatorname{tr}"),
    "det": Spelling("det", "det", r"\det", bare=True),
    "logdet": Spelling("logdet", "log det", r"\log\det", "log det", bare=True),
    "total": Spelling("sum", "sum", r"\operatorname{sum}"),
    "logsumexp": Spelling("logsumexp", "logsumexp", r"\operatorname{logsumexp}"),
    "diag": Spelling("diag", "diag", r"\operatorname{diag}"),
    "diagonal": Spelling("diag", "diag", r"\operatorname{diag}"),
    "softmax": Spelling("softmax", "softmax", r"\operatorname{softmax}"),
    "rowsoftmax": Spelling("rowsoftmax", "rowsoftmax", r"\operatorname{rowsoftmax}"),
    "rowlogsumexp": Spelling(
        "logsumexp_rows", "rowlogsumexp", r"\operatorname{rowlogsumexp}", "rowlogsumexp"
    ),
    "kron": Spelling("kron", "kron", r"\operatorname{kron}"),
    "part": Spelling("part", "part", r"\operatorname{part}"),
    "max": Spelling("max", "max", r"\max"),
    "min": Spelling("min", "min", r"\min"),
    "maximum": Spelling("maximum", "maximum", r"\operatorname{maximum}"),
    "minimum": Spelling("minimum", "minimum", r"\operatorname{minimum}"),
    "clip": Spelling("clip", "clip", r"\operatorname{clip}"),
    "huber": Spelling("huber", "huber", r"\operatorname{huber}"),
    "vec": Spelling("vec", "vec", r"\operatorname{vec}"),
    "unvec": Spelling("unvec", "unvec", r"\operatorname{vec}^{-1}"),
    "block_inner": Spelling("block_inner", "block_inner", r"\operatorname{blockinner}"),
    "block_sum": Spelling("block_sum", "block_sum", r"\operatorname{blocksum}"),
    "eigvals": Spelling("eigvals", "eig", r"\operatorname{eig}"),
    "eigvecs": Spelling("eigvecs", "eigvecs", r"\operatorname{eigvecs}"),
    "lambda_max": Spelling("lambda_max", "λ_max", r"\lambda_{\max}", "lambda_max"),
    "lambda_min": Spelling("lambda_min", "λ_min", r"\lambda_{\min}", "lambda_min"),
    "eigvec_max": Spelling("eigvec_max", "eigvec_max", r"\operatorname{eigvec}_{\max}"),
    "eigvec_min": Spelling("eigvec_min", "eigvec_min", r"\operatorname{eigvec}_{\min}"),
    "resolvent_max": Spelling("resolvent_max", "resolvent_max", r"\operatorname{resolvent}_{\max}"),
    "resolvent_min": Spelling("resolvent_min", "resolvent_min", r"\operatorname{resolvent}_{\min}"),
    "gaps": Spelling("gaps", "gaps", r"\operatorname{gaps}"),
    "svdvals": Spelling("svdvals", "svdvals", r"\operatorname{svdvals}"),
    "leftvecs": Spelling("leftvecs", "leftvecs", r"\operatorname{leftvecs}"),
    "rightvecs": Spelling("rightvecs", "rightvecs", r"\operatorname{rightvecs}"),
    "specnorm": Spelling("specnorm", "specnorm", r"\operatorname{specnorm}"),
    "leftvec_max": Spelling("leftvec_max", "leftvec_max", r"\operatorname{leftvec}_{\max}"),
    "rightvec_max": Spelling("rightvec_max", "rightvec_max", r"\operatorname{rightvec}_{\max}"),
    "nucnorm": Spelling("nucnorm", "nucnorm", r"\operatorname{nucnorm}"),
    "polar": Spelling("polar", "polar", r"\operatorname{polar}"),
    "logm": Spelling("logm", "log", r"\log", "log", bare=True),
    "sinm": Spelling("sinm", "sin", r"\sin", "sin", bare=True),
    "cosm": Spelling("cosm", "cos", r"\cos", "cos", bare=True),
    "expm": Spelling("expm", "exp", r"\exp", "exp"),
    "sqrtm": Spelling("sqrtm", "sqrt", r"\mathrm{sqrt}", "sqrt"),
    "cholesky": Spelling("cholesky", "chol", r"\operatorname{chol}", "chol"),
    "adjugate": Spelling("adj", "adj", r"\operatorname{adj}", bare=True),
    "pinv": Spelling("pinv", "pinv", r"\operatorname{pinv}"),
    "polygamma": Spelling("polygamma", "ψ", r"\psi", "polygamma", clash="psi"),
    "besseli": Spelling("besseli", "I", "I", "besseli", clash="I"),
    "zeta": Spelling("riemann_zeta", "ζ", r"\zeta", "zeta", clash="zeta"),
    "gammainc": Spelling("gammainc", "P", "P", "gammainc", clash="P"),
    "betainc": Spelling("betainc", "I", "I", "betainc", clash="I"),
    "normquantile": Spelling("normquantile", "Φ⁻¹", r"\Phi^{-1}", "normquantile", clash="Phi"),
    "gammaincinv": Spelling("gammaincinv", "P⁻¹", "P^{-1}", "gammaincinv", clash="P"),
    "betaincinv": Spelling("betaincinv", "I⁻¹", "I^{-1}", "betaincinv", clash="I"),
    "toeplitz": Spelling("toeplitz_part", "toep", r"\operatorname{toep}", "toep"),
    # elementwise functions
    "exp": Spelling("exp", "exp", r"\exp"),
    "log": Spelling("log", "log", r"\log", bare=True),
    "abs": Spelling("abs", "abs", r"\operatorname{abs}"),
    "sign": Spelling("sign", "sign", r"\operatorname{sign}"),
    "step": Spelling("step", "step", r"\operatorname{step}"),
    "closed_step": Spelling("closed_step", "closed_step", r"\operatorname{closed\_step}"),
    "relu": Spelling("relu", "relu", r"\operatorname{relu}"),
    "sin": Spelling("sin", "sin", r"\sin"),
    "cos": Spelling("cos", "cos", r"\cos"),
    "tan": Spelling("tan", "tan", r"\tan"),
    "arcsin": Spelling("arcsin", "arcsin", r"\arcsin"),
    "arccos": Spelling("arccos", "arccos", r"\arccos"),
    "arctan": Spelling("arctan", "arctan", r"\arctan"),
    "sinh": Spelling("sinh", "sinh", r"\sinh"),
    "cosh": Spelling("cosh", "cosh", r"\cosh"),
    "tanh": Spelling("tanh", "tanh", r"\tanh"),
    "sigmoid": Spelling("sigmoid", "σ", r"\sigma", "sigmoid", clash="sigma"),
    "softplus": Spelling("softplus", "softplus", r"\operatorname{softplus}"),
    "erf": Spelling("erf", "erf", r"\operatorname{erf}"),
    "normpdf": Spelling("normpdf", "φ", r"\phi", "normpdf", clash="phi"),
    "normcdf": Spelling("normcdf", "Φ", r"\Phi", "normcdf", clash="Phi"),
    "lognormcdf": Spelling("lognormcdf", "log Φ", r"\log\Phi", "lognormcdf", clash="Phi"),
    "loggamma": Spelling("loggamma", "log Γ", r"\log\Gamma", "loggamma", clash="Gamma"),
    "gamma": Spelling("gamma", "Γ", r"\Gamma", "gamma", clash="Gamma"),
    "digamma": Spelling("digamma", "ψ", r"\psi", "digamma", clash="psi"),
    "trigamma": Spelling("trigamma", "ψ′", r"\psi'", "trigamma", clash="psi"),
}
