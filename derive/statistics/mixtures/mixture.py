"""``GaussianMixture``: what is derived about a mixture of normal laws, and the same on arrays."""

from __future__ import annotations

from typing import Any

from derive.derivation import Derivation
from derive.errors import ShapeError
from derive.statistics.data import Floats, read_data, read_numbers
from derive.statistics.mixtures.bound_pages import evidence_lower_bound_page
from derive.statistics.mixtures.fitting import MixtureFit, expectation_maximization
from derive.statistics.mixtures.growth_page import growth_page
from derive.statistics.mixtures.parameters import MixtureParameters, kind_of, read_parameters
from derive.statistics.mixtures.step_pages import maximisation_page, responsibilities_page
from derive.statistics.mixtures.steps import expectation_step, maximisation_step


class GaussianMixture:
    """A mixture of K normal laws in d dimensions, seen through N examples; sizes are symbols.

    ``evidence_lower_bound``, ``e_step``, ``m_step`` and ``growth`` are derivations;
    ``responsibilities``, ``log_likelihood``, ``em_step`` and ``fit`` work on arrays.
    Parameters on arrays are (weights, means, covariances) of shapes (K,), (K, d) and, by the
    kind of covariance, (K, d, d), (d, d), (K, d) or (K,).

    Parameters
    ----------
    covariance : str
        ``"full"``, ``"tied"`` (one for all components), ``"diagonal"`` or ``"spherical"``.

    Raises
    ------
    ArgumentError
        No kind of covariance has the name.

    References
    ----------
    dempster1977; bishop2006, section 9.2 and 9.4.

    Examples
    --------
    >>> mixture = GaussianMixture()
    >>> mixture.e_step()
    rowsoftmax(L + ones(N)*log(pi)')    # shape (N, K)
    >>> start = ([0.5, 0.5], [[-1.0], [1.0]], [[[1.0]], [[1.0]]])
    >>> mixture.responsibilities([[-2.0], [0.0]], start).round(3)
    array([[0.982, 0.018],
           [0.5  , 0.5  ]])
    """

    def __init__(self, covariance: str = "full") -> None:
        self._kind = kind_of(covariance)
        self.covariance = covariance

    # --- what is derived ------------------------------------------------------------------

    def evidence_lower_bound(self) -> Derivation:
        """Jensen's inequality: a lower bound of the log likelihood for any responsibilities."""
        return evidence_lower_bound_page()

    def e_step(self) -> Derivation:
        """The responsibilities with the largest lower bound, from the Lagrangian of a row."""
        return responsibilities_page()

    def m_step(self) -> Derivation:
        """The weights, means and covariances with the largest lower bound."""
        return maximisation_page(self.covariance)

    def growth(self) -> Derivation:
        """Why a step never lowers the log likelihood."""
        return growth_page()

    # --- the same on arrays ---------------------------------------------------------------

    def responsibilities(self, X: Any, parameters: Any) -> Floats:
        """The probability of each component given each example, shape (N, K).

        Raises
        ------
        ShapeError, DomainError, ArgumentError
            As for ``expectation_maximization``.
        """
        return expectation_step(*self._read(X, parameters), self._kind)[0]

    def log_likelihood(self, X: Any, parameters: Any) -> float:
        """The log likelihood of the parameters, in nats.

        Raises
        ------
        ShapeError, DomainError, ArgumentError
            As for ``expectation_maximization``.
        """
        return expectation_step(*self._read(X, parameters), self._kind)[1]

    def em_step(self, X: Any, parameters: Any, regularisation: float = 0.0) -> MixtureParameters:
        """The parameters after one step: responsibilities, then what maximises the bound.

        Raises
        ------
        ShapeError, DomainError, ArgumentError
            As for ``expectation_maximization``.
        """
        data, read = self._read(X, parameters)
        R, _ = expectation_step(data, read, self._kind)
        return maximisation_step(data, R, self._kind, regularisation)

    def maximise(self, X: Any, responsibilities: Any) -> MixtureParameters:
        """The parameters that maximise the bound at given responsibilities, shape (N, K).

        Raises
        ------
        ShapeError, DomainError, ArgumentError
            As for ``expectation_maximization``.
        """
        data, R = read_data(X), read_numbers(responsibilities, "responsibilities")
        if R.ndim != 2 or len(R) != len(data):
            raise ShapeError(
                f"responsibilities must be of shape (N, K) with N = {len(data)}, got {R.shape}"
            )
        return maximisation_step(data, R, self._kind)

    def fit(self, X: Any, K: int | None = None, **options: Any) -> MixtureFit:
        """Fit by expectation and maximisation; see the function of this name."""
        return expectation_maximization(X, K, covariance=self.covariance, **options)

    def __repr__(self) -> str:
        return f"GaussianMixture(covariance={self.covariance!r})"

    def _read(self, X: Any, parameters: Any) -> tuple[Floats, MixtureParameters]:
        data = read_data(X)
        given = parameters.parameters if isinstance(parameters, MixtureFit) else parameters
        return data, read_parameters(given, self._kind, data.shape[1])
