"""Names for the generated text: a user's name only if it is a plain, free identifier."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable

PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}")
NEUTRAL = "v0"

#: Special functions the generated text may call, and where they come from.
SPECIAL_FUNCTIONS = dict.fromkeys(
    (
        *("digamma", "erf", "erfc", "erfcx", "expit", "gammaln", "huber", "log_ndtr", "ndtr"),
        *("erfinv", "iv", "ive", "ndtri", "ndtri_exp", "polygamma", "zeta"),
        *("betainc", "betaincc", "betainccinv", "betaincinv"),
        *("gammainc", "gammaincc", "gammainccinv", "gammaincinv"),
    ),
    "scipy.special",
)
#: What serves long batches in place of SciPy, with the same values.
LONG = dict.fromkeys(("digamma", "gammaln"), "derive.numeric.long_special")
#: Functions of SciPy that helpers call.
LINEAR_ALGEBRA = frozenset(
    {"cosm", "expm", "expm_frechet", "logm", "sinm", "solve_sylvester", "sqrtm"}
)
#: Helpers the generated text may call, and where they live.
HELPERS = {
    **dict.fromkeys(
        (
            "softplus",
            "step",
            "closed_step",
            "normpdf",
            "log1mexp",
            "logcosh",
            "sech2",
            "peak",
            "peaks",
            "norm",
            "norms",
            "add_diagonal",
            "stacked_add_diagonal",
            "stacked_diagonal",
            "stacked_entries",
            "reshaped",
            "at_largest",
            "stacked_block",
            "stacked_kron",
            "commutation",
            "toeplitz_part",
            "block_inner",
            "block_sum",
            "matvec",
            "stacked_sums",
            "require_all_symmetric",
            "is_regular",
            "stacked_inverse",
            "stacked_solve",
            "stacked_cholesky",
            "stacked_cholesky_solve",
            "stacked_cholesky_inverse",
            "stacked_cholesky_logdet",
            "positive_logdet",
            "whole_count",
            "whole_power",
            "stacked_whole_power",
        ),
        "derive.numeric.helpers_numpy",
    ),
    **dict.fromkeys(
        (
            "each_matrix",
            "require_off_cut",
            "matrix_exp",
            "matrix_sin",
            "matrix_cos",
            "one_log",
            "matrix_log",
            "one_sqrt",
            "matrix_sqrt",
            "one_exp_slope",
            "exp_slope",
            "one_sqrt_slope",
            "sqrt_slope",
            "blocks",
            "matrix_slope",
            "adjugate",
        ),
        "derive.numeric.helpers_matrices",
    ),
    **dict.fromkeys(
        (
            "require_symmetric",
            "require_definite",
            "cholesky",
            "cholesky_solve",
            "cholesky_inverse",
            "cholesky_logdet",
            "lu_factor",
            "require_invertible",
            "lu_solve",
            "lu_inverse",
            "checked_solve",
            "checked_inverse",
            "lu_det",
            "lu_logdet",
            "schur",
            "sylvester_solve",
            "stacked_sylvester_solve",
        ),
        "derive.numeric.helpers_lapack",
    ),
    **dict.fromkeys(
        (
            "power_difference",
            "root_difference",
            "log_difference",
            "exp_difference",
            "arctan_difference",
            "sigmoid_difference",
            "softplus_difference",
            "mills_excess",
            "next_to_zero",
            "normal_gap",
            "normcdf_difference",
            "erf_difference",
            "log_normcdf_difference",
            "log_excess",
            "log_one_plus",
            "normal_share",
            "near_zero",
            "lost_digits",
        ),
        "derive.numeric.helpers_differences",
    ),
    **dict.fromkeys(
        ("place_beside_half", "place_between", "interval_ratio"), "derive.numeric.helpers_normal"
    ),
    **dict.fromkeys(
        (
            "require",
            "is_whole",
            "is_count",
            "is_simplex",
            "is_onehot",
            "is_unit",
            "is_varied",
            "is_definite",
            "is_semidefinite",
            "least_eigenvalue",
        ),
        "derive.numeric.helpers_conditions",
    ),
    **dict.fromkeys(("zeta_slope", "one_zeta_slope"), "derive.numeric.helpers_special"),
    **dict.fromkeys(
        (
            "column_signs",
            "eigen",
            "eigen_values",
            "finite_svd",
            "finite_pinv",
            "svd",
            "reduced_resolvent",
            "reciprocal_gaps",
        ),
        "derive.numeric.helpers_spectral",
    ),
}

#: What a saved file holds besides: the checks of its arguments, in order.
SUPPORT = (
    "bind",
    "as_floats",
    "as_size",
    "size_of",
    "size_text",
    "shape_text",
    "call_text",
    "find_sizes",
    "has_witness",
    "match_shapes",
    "warn_of_nan",
    "evaluate",
    "call_one_or_stack",
)

#: Names of the generated text and of the head of a saved file.
RESERVED = frozenset(
    {
        *("np", "math", "warnings", "ArgumentError", "ShapeError", "DomainError"),
        *SPECIAL_FUNCTIONS,
        *LINEAR_ALGEBRA,
        *HELPERS,
        *SUPPORT,
        "coefficients",
        *keyword.kwlist,
        *keyword.softkwlist,
        *dir(builtins),
    }
)


def names_used(text: str) -> frozenset[str]:
    """The names a generated text refers to."""
    return frozenset(n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name))


class Names:
    """Hands out identifiers, each once.

    Examples
    --------
    >>> names = Names()
    >>> names.take("X"), names.take("X"), names.take("import os"), names.take("lambda")
    ('X', 'X2', 'v0', 'lambda_')
    """

    def __init__(self, taken: Iterable[str] = ()):
        self._taken = {*RESERVED, *taken}

    def take(self, wanted: str) -> str:
        """`wanted` if it is plain and free, marked or numbered if another has it; else ``v0``..."""
        if not PLAIN_NAME.fullmatch(wanted):
            wanted = NEUTRAL
        elif wanted in RESERVED:
            wanted += "_"
        name, count = wanted, 1 if wanted == NEUTRAL else 2
        stem = "v" if wanted == NEUTRAL else wanted + "_" * wanted[-1].isdigit()
        while name in self._taken:
            name, count = f"{stem}{count}", count + 1
        self._taken.add(name)
        return name
