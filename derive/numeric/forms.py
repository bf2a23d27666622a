"""How each operation is written: for one point, and for stacks with leading batch axes.

In a form, ``{0}`` stands for the text of the first argument.  Levels say how tightly a
text binds, so that parentheses stand only where they are needed.  ``dot`` is written for
products with a vector: it costs half a microsecond less per call than ``@``.
"""

from __future__ import annotations

from dataclasses import dataclass

ANY, SUM, PRODUCT, MATMUL, SIGN, POWER, ATOM = 0, 1, 2, 3, 4, 5, 6


@dataclass(frozen=True)
class Form:
    """A text with places for the arguments, the level of each place, its own level."""

    text: str
    places: tuple[int, ...]
    level: int = ATOM


@dataclass(frozen=True)
class Function:
    """An elementwise function: its name for floats and for arrays."""

    scalar: str
    array: str


FUNCTIONS: dict[str, Function] = {
    "exp": Function("math.exp({0})", "np.exp({0})"),
    "log": Function("math.log({0})", "np.log({0})"),
    "log1p": Function("math.log1p({0})", "np.log1p({0})"),
    "log1mexp": Function("float(log1mexp({0}))", "log1mexp({0})"),
    "logcosh": Function("float(logcosh({0}))", "logcosh({0})"),
    "sech2": Function("float(sech2({0}))", "sech2({0})"),
    "expm1": Function("math.expm1({0})", "np.expm1({0})"),
    "sqrt": Function("math.sqrt({0})", "np.sqrt({0})"),
    "abs": Function("abs({0})", "np.abs({0})"),
    "sign": Function("np.sign({0})", "np.sign({0})"),
    "step": Function("np.heaviside({0}, 0.0)", "step({0})"),
    "closed_step": Function("np.heaviside({0}, 1.0)", "closed_step({0})"),
    "relu": Function("np.maximum({0}, 0.0)", "np.maximum({0}, 0.0)"),
    "sin": Function("math.sin({0})", "np.sin({0})"),
    "cos": Function("math.cos({0})", "np.cos({0})"),
    "tan": Function("math.tan({0})", "np.tan({0})"),
    "arcsin": Function("math.asin({0})", "np.arcsin({0})"),
    "arccos": Function("math.acos({0})", "np.arccos({0})"),
    "arctan": Function("math.atan({0})", "np.arctan({0})"),
    "sinh": Function("math.sinh({0})", "np.sinh({0})"),
    "cosh": Function("math.cosh({0})", "np.cosh({0})"),
    "tanh": Function("math.tanh({0})", "np.tanh({0})"),
    "sigmoid": Function("expit({0})", "expit({0})"),
    "softplus": Function("np.logaddexp(0.0, {0})", "softplus({0})"),
    "erf": Function("math.erf({0})", "erf({0})"),
    "erfc": Function("math.erfc({0})", "erfc({0})"),
    "erfcx": Function("erfcx({0})", "erfcx({0})"),
    "normpdf": Function("float(normpdf({0}))", "normpdf({0})"),
    "mills_excess": Function("float(mills_excess({0}))", "mills_excess({0})"),
    "normcdf": Function("ndtr({0})", "ndtr({0})"),
    "lognormcdf": Function("log_ndtr({0})", "log_ndtr({0})"),
    "loggamma": Function("gammaln({0})", "gammaln({0})"),
    "digamma": Function("digamma({0})", "digamma({0})"),
    "zeta": Function("float(zeta({0}))", "zeta({0})"),
    "normquantile": Function("ndtri({0})", "ndtri({0})"),
    "trigamma": Function("float(polygamma(1, {0}))", "polygamma(1, {0})"),
}


#: Incomplete functions, what they leave, and the inverses of both.
SHARES = ("inc", "incc", "incinv", "inccinv")

#: Functions of several arrays, entry by entry.
COMBINED: dict[str, str] = {
    "maximum": "np.maximum({0}, {1})",
    "minimum": "np.minimum({0}, {1})",
    "clip": "np.clip({0}, {1}, {2})",
    "huber": "huber({1}, {0})",
    # differences, which are made in this room
    "power_difference": "power_difference({0}, {1}, {2}, {3})",
    **{
        f"{name}_difference": f"{name}_difference({{0}}, {{1}}, {{2}})"
        for name in ("root", "log", "exp", "arctan", "sigmoid", "softplus")
    },
    **{
        f"{name}_difference": f"{name}_difference({{0}}, {{1}})"
        for name in ("normcdf", "erf", "log_normcdf")
    },
    "log_one_plus": "log_one_plus({0}, {1})",
    "log_excess": "log_excess({0}, {1}, {2})",
    "besseli": "iv({0}, {1})",
    "scaled_besseli": "ive({0}, {1})",
    "zeta_slope": "zeta_slope({0}, {1})",
    **{f"gamma{name}": f"gamma{name}({{0}}, {{1}})" for name in SHARES},
    **{f"beta{name}": f"beta{name}({{0}}, {{1}}, {{2}})" for name in SHARES},
    "arctan2": "np.arctan2({0}, {1})",
    "normal_share": "normal_share({0}, {1}, {2})",
    "interval_ratio": "interval_ratio({0}, {1}, {2}, {3})",
    "place_between": "place_between({0}, {1}, {2})",
    "place_beside_half": "place_beside_half({0})",
}


@dataclass(frozen=True)
class Forms:
    """The two forms of an operation; a vector among the arguments may need its own."""

    one: Form
    stack: Form


def _both(text: str, *places: int, level: int = ATOM) -> Forms:
    return Forms(Form(text, places, level), Form(text, places, level))


FORMS: dict[str, Forms] = {
    "matvec": Forms(Form("{0}.dot({1})", (ATOM, ANY)), Form("matvec({0}, {1})", (ANY, ANY))),
    "matmul": _both("{0} @ {1}", MATMUL, SIGN, level=MATMUL),
    "outer": Forms(
        Form("{0}[:, None] * {1}", (ATOM, SIGN), PRODUCT),
        Form("{0}[..., :, None] * {1}[..., None, :]", (ATOM, ATOM), PRODUCT),
    ),
    "inner 1": Forms(
        Form("{0}.dot({1})", (ATOM, ANY)),
        Form('np.einsum("...i,...i->...", {0}, {1})', (ANY, ANY)),
    ),
    "inner 2": Forms(
        Form("np.vdot({0}, {1})", (ANY, ANY)),
        Form('np.einsum("...ij,...ij->...", {0}, {1})', (ANY, ANY)),
    ),
    "norm 1": Forms(Form("norm({0})", (ANY,)), Form("norms({0}, axis=-1)", (ANY,))),
    "norm 2": Forms(Form("norm({0})", (ANY,)), Form("norms({0}, axis=(-2, -1))", (ANY,))),
    "row_inner": Forms(
        Form('np.einsum("ij,ij->i", {0}, {1})', (ANY, ANY)),
        Form('np.einsum("...ij,...ij->...i", {0}, {1})', (ANY, ANY)),
    ),
    "total 1": Forms(Form("{0}.sum()", (ATOM,)), Form("stacked_sums({0})", (ANY,))),
    "total 2": Forms(Form("{0}.sum()", (ATOM,)), Form("{0}.sum(axis=(-2, -1))", (ATOM,))),
    "row_sums": Forms(Form("{0}.sum(axis=1)", (ATOM,)), Form("{0}.sum(axis=-1)", (ATOM,))),
    "column_sums": Forms(Form("{0}.sum(axis=0)", (ATOM,)), Form("{0}.sum(axis=-2)", (ATOM,))),
    "transpose": Forms(Form("{0}.T", (ATOM,)), Form("np.swapaxes({0}, -1, -2)", (ANY,))),
    "trace": Forms(Form("{0}.trace()", (ATOM,)), Form("np.trace({0}, axis1=-2, axis2=-1)", (ANY,))),
    "diagonal": Forms(
        Form("{0}.diagonal()", (ATOM,)), Form("np.diagonal({0}, axis1=-2, axis2=-1)", (ANY,))
    ),
    "diagonal_matrix": Forms(Form("np.diag({0})", (ANY,)), Form("stacked_diagonal({0})", (ANY,))),
    "add_diagonal": Forms(
        Form("add_diagonal({0}, {1})", (ANY, ANY)),
        Form("stacked_add_diagonal({0}, {1})", (ANY, ANY)),
    ),
    "raised": Forms(
        Form("whole_power({0}, {1})", (ANY, ANY)), Form("stacked_whole_power({0}, {1})", (ANY, ANY))
    ),
    "matrix_power": _both("np.linalg.matrix_power({0}, {data})", ANY),
    "largest 1": Forms(Form("{0}.max()", (ATOM,)), Form("{0}.max(axis=-1)", (ATOM,))),
    "largest 2": Forms(Form("{0}.max()", (ATOM,)), Form("{0}.max(axis=(-2, -1))", (ATOM,))),
    "smallest 1": Forms(Form("{0}.min()", (ATOM,)), Form("{0}.min(axis=-1)", (ATOM,))),
    "smallest 2": Forms(Form("{0}.min()", (ATOM,)), Form("{0}.min(axis=(-2, -1))", (ATOM,))),
    "at_largest 1": _both("at_largest({0}, 1)", ANY),
    "at_largest 2": _both("at_largest({0}, 2)", ANY),
    "kron": Forms(
        Form("np.kron({0}, {1})", (ANY, ANY)), Form("stacked_kron({0}, {1})", (ANY, ANY))
    ),
    "sylvester_solve": Forms(
        Form("sylvester_solve({0}, {1}, {2})", (ANY, ANY, ANY)),
        Form("stacked_sylvester_solve({0}, {1}, {2})", (ANY, ANY, ANY)),
    ),
    "toeplitz": _both("toeplitz_part({0})", ANY),
    "peak 1": Forms(Form("peak({0})", (ANY,)), Form("peaks({0}, axis=-1)", (ANY,))),
    "peak 2": Forms(Form("peak({0})", (ANY,)), Form("peaks({0}, axis=(-2, -1))", (ANY,))),
    "row_peak": Forms(Form("peaks({0}, axis=1)", (ANY,)), Form("peaks({0}, axis=-1)", (ANY,))),
    # functions of matrices
    **{
        name: _both(f"{name}({{0}})", ANY)
        for name in ("matrix_exp", "matrix_log", "matrix_sqrt", "matrix_sin", "matrix_cos")
    },
    "exp_slope": _both("exp_slope({0}, {1})", ANY, ANY),
    "sqrt_slope": _both("sqrt_slope({0}, {1})", ANY, ANY),
    "adjugate": _both("adjugate({0})", ANY),
    "pinv": _both("finite_pinv({0})", ANY),
    # one factor, many uses
    "cholesky": Forms(Form("cholesky({0})", (ANY,)), Form("stacked_cholesky({0})", (ANY,))),
    "cholesky_solve 1": Forms(
        Form("cholesky_solve({0}, {1})", (ANY, ANY)),
        Form("stacked_cholesky_solve({0}, {1}[..., None])[..., 0]", (ANY, ATOM)),
    ),
    "cholesky_solve 2": Forms(
        Form("cholesky_solve({0}, {1})", (ANY, ANY)),
        Form("stacked_cholesky_solve({0}, {1})", (ANY, ANY)),
    ),
    "cholesky_inverse": Forms(
        Form("cholesky_inverse({0})", (ANY,)), Form("stacked_cholesky_inverse({0})", (ANY,))
    ),
    "cholesky_logdet": Forms(
        Form("cholesky_logdet({0})", (ANY,)), Form("stacked_cholesky_logdet({0})", (ANY,))
    ),
    "lu": Forms(Form("lu_factor({0})", (ANY,)), Form("{0}", (ATOM,))),
    "lu_solve 1": Forms(
        Form("lu_solve({0}, {1})", (ANY, ANY)),
        Form("stacked_solve({0}, {1}[..., None])[..., 0]", (ANY, ATOM)),
    ),
    "lu_solve 2": Forms(
        Form("lu_solve({0}, {1})", (ANY, ANY)), Form("stacked_solve({0}, {1})", (ANY, ANY))
    ),
    "lu_solve_transposed 1": Forms(
        Form("lu_solve({0}, {1}, transposed=True)", (ANY, ANY)),
        Form("stacked_solve(np.swapaxes({0}, -1, -2), {1}[..., None])[..., 0]", (ANY, ATOM)),
    ),
    "lu_solve_transposed 2": Forms(
        Form("lu_solve({0}, {1}, transposed=True)", (ANY, ANY)),
        Form("stacked_solve(np.swapaxes({0}, -1, -2), {1})", (ANY, ANY)),
    ),
    "lu_inverse": Forms(Form("lu_inverse({0})", (ANY,)), Form("stacked_inverse({0})", (ANY,))),
    "lu_logdet": Forms(Form("lu_logdet({0})", (ANY,)), Form("positive_logdet({0})", (ANY,))),
    "lu_det": Forms(Form("lu_det({0})", (ANY,)), Form("np.linalg.det({0})", (ANY,))),
    # one decomposition, many uses
    "eigen": _both("eigen({0})", ANY),
    "eigen_values": _both("{0}[0]", ATOM),
    "eigen_vectors": _both("{0}[1]", ATOM),
    "eigen_first_value": Forms(Form("{0}[0][0]", (ATOM,)), Form("{0}[0][..., 0]", (ATOM,))),
    "eigen_last_value": Forms(Form("{0}[0][-1]", (ATOM,)), Form("{0}[0][..., -1]", (ATOM,))),
    "eigen_first_vector": Forms(Form("{0}[1][:, 0]", (ATOM,)), Form("{0}[1][..., 0]", (ATOM,))),
    "eigen_last_vector": Forms(Form("{0}[1][:, -1]", (ATOM,)), Form("{0}[1][..., -1]", (ATOM,))),
    "resolvent_max": _both("reduced_resolvent({0}, 0)", ANY),
    "resolvent_min": _both("reduced_resolvent({0}, -1)", ANY),
    "gaps": _both("reciprocal_gaps({0})", ANY),
    "svd": _both("svd({0})", ANY),
    "svd_left": _both("{0}[0]", ATOM),
    "svd_values": _both("{0}[1]", ATOM),
    "svd_right": _both("{0}[2]", ATOM),
    "svd_first_left": Forms(Form("{0}[0][:, 0]", (ATOM,)), Form("{0}[0][..., 0]", (ATOM,))),
    "svd_first_value": Forms(Form("{0}[1][0]", (ATOM,)), Form("{0}[1][..., 0]", (ATOM,))),
    "svd_first_right": Forms(Form("{0}[2][:, 0]", (ATOM,)), Form("{0}[2][..., 0]", (ATOM,))),
    # a decomposition of which only the values are used
    "eigen without vectors": _both("eigen_values({0})", ANY),
    "svd without vectors": _both("np.linalg.svd({0}, compute_uv=False)", ANY),
    "eigen_values alone": _both("{0}", ATOM),
    "eigen_first_value alone": Forms(Form("{0}[0]", (ATOM,)), Form("{0}[..., 0]", (ATOM,))),
    "eigen_last_value alone": Forms(Form("{0}[-1]", (ATOM,)), Form("{0}[..., -1]", (ATOM,))),
    "svd_values alone": _both("{0}", ATOM),
    "svd_first_value alone": Forms(Form("{0}[0]", (ATOM,)), Form("{0}[..., 0]", (ATOM,))),
    # a factor used once is not seen
    "solve 1": _both("checked_solve({0}, {1})", ANY, ANY),
    "solve 2": _both("checked_solve({0}, {1})", ANY, ANY),
    "solve_transposed 1": _both("checked_solve({0}.T, {1})", ATOM, ANY),
    "solve_transposed 2": _both("checked_solve({0}.T, {1})", ATOM, ANY),
    "inverse": _both("checked_inverse({0})", ANY),
    "logdet": _both("lu_logdet(lu_factor({0}))", ANY),
    "det": _both("np.linalg.det({0})", ANY),
}

#: Operations whose form depends on the rank of their last argument.
BY_RANK = frozenset(
    {"inner", "norm", "total", "peak", "cholesky_solve", "lu_solve", "lu_solve_transposed", "solve",
     "solve_transposed", "largest", "smallest", "at_largest"}
)  # fmt: skip

#: LU operations, and their names when the factor has no other user.
USED_ONCE = {
    "lu_solve": "solve",
    "lu_solve_transposed": "solve_transposed",
    "lu_inverse": "inverse",
    "lu_logdet": "logdet",
    "lu_det": "det",
}

#: Parts of a decomposition that are values: a decomposition with no other user has no vectors.
VALUES = frozenset(
    {"eigen_values", "eigen_first_value", "eigen_last_value", "svd_values", "svd_first_value"}
)

#: What a temporary is called, by operation and function: scalar or vector, then matrix.
STEMS = {
    "sum": ("r", "R"),
    "matvec": ("z", "Z"),
    "inner": ("t", "t"),
    "norm": ("length", "length"),
    "total": ("t", "t"),
    "peak": ("top", "top"),
    "row_peak": ("top", "top"),
    "over": ("p", "P"),
    "cholesky_solve": ("p", "P"),
    "lu_solve": ("p", "P"),
    "exp": ("e", "E"),
    "sigmoid": ("s", "S"),
    "tanh": ("h", "H"),
    "sqrt": ("root", "root"),
}
FACTOR_STEMS = {
    "cholesky": "chol",
    "lu": "lu",
    "cholesky_inverse": "inv",
    "lu_inverse": "inv",
    "cholesky_logdet": "logdet",
    "lu_logdet": "logdet",
    "eigen": "eig",
    "svd": "svd",
}
