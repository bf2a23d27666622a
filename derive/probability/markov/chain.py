"""``MarkovChain``: one transition matrix, and all that can be asked of it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from sympy import ImmutableDenseMatrix

from derive.derivation import Derivation
from derive.language.sympy_out import to_sympy
from derive.probability.markov.absorption import absorption
from derive.probability.markov.balance import DetailedBalance, balance
from derive.probability.markov.classes import Classes
from derive.probability.markov.entropy_rate import rate_of_entropy
from derive.probability.markov.hitting import HittingTimes, hitting_times
from derive.probability.markov.powers import n_step_matrix
from derive.probability.markov.stationary import stationary_law
from derive.probability.markov.transitions import transitions


class MarkovChain:
    """A Markov chain with finitely many states and exact transition probabilities.

    Parameters
    ----------
    P : nested lists, SymPy Matrix, array or text, shape (n, n)
        Row i holds the probabilities of going from state i to each state: numbers,
        fractions, or expressions in symbols.  A decimal is the fraction that it writes; a
        symbolic entry is taken to be positive.
    states : sequence of n names, optional
        1, ..., n if left out.

    Raises
    ------
    DomainError
        An entry lies outside [0, 1], or a row does not sum to one; the message names the row.
    ArgumentError, ShapeError, LimitError, NoClosedFormError
        As for ``stationary_distribution``.

    References
    ----------
    norris1997, section 1.1.

    Examples
    --------
    >>> chain = MarkovChain([["1 - a", "a"], ["b", "1 - b"]], states=("sun", "rain"))
    >>> chain.stationary_distribution()
    [[b/(a + b)], [a/(a + b)]]    # shape (2,)
    >>> chain.hitting_time("rain").times
    (1/a, 0)
    >>> chain.detailed_balance().holds
    True
    """

    def __init__(self, P: Any, states: Sequence[Hashable] | None = None) -> None:
        self._chain = transitions(P, states)

    @property
    def P(self) -> ImmutableDenseMatrix:
        """The transition matrix, shape (n, n)."""
        return to_sympy(self._chain.matrix)

    @property
    def states(self) -> tuple[Hashable, ...]:
        """The names of the states, in the order of the rows."""
        return self._chain.states

    def classes(self) -> Classes:
        """The communicating classes: their states, whether they are closed, their periods."""
        return self._chain.classes

    def stationary_distribution(self) -> Derivation:
        """The law with pi' P = pi', one for each closed class; see the function of this name."""
        return stationary_law(self._chain)

    def n_step(self, n: Any) -> Derivation:
        """The matrix of n steps, P^n.

        Parameters
        ----------
        n : int, or a symbol or its name
            A number is reached by products; a symbol by the eigenvalues of P.

        Raises
        ------
        DomainError
            `n` is negative.
        LimitError
            More than 200 steps, or 10 with symbols in P.
        NoClosedFormError
            `n` is a symbol, and the eigenvalues are not real numbers in one square root.
        """
        return n_step_matrix(self._chain, n)

    def hitting_time(self, target: Any) -> HittingTimes:
        """The mean number of steps to a state or set of states; see the function of this name."""
        return hitting_times(self._chain, target)

    def absorption_probabilities(self) -> Derivation:
        """The probabilities B = (I - Q)^{-1} R of ending in each closed class.

        Rows are the transient states, columns the closed classes, both in order.

        Raises
        ------
        DomainError
            No state is transient.
        """
        return absorption(self._chain)

    def entropy_rate(self, base: Any = None) -> Derivation:
        """The entropy per step, the mean of the entropies of rows under the stationary law.

        Parameters
        ----------
        base : positive number other than 1, optional
            Of the logarithm; nats if left out, 2 for bits.

        Raises
        ------
        DomainError
            The chain has several closed classes, or `base` is no base.

        References
        ----------
        cover2006, section 4.2.
        """
        return rate_of_entropy(self._chain, base)

    def detailed_balance(self) -> DetailedBalance:
        """Whether pi_i p_ij = pi_j p_ji for all pairs, or the cycle that breaks it.

        Raises
        ------
        DomainError
            The chain has several closed classes.

        References
        ----------
        norris1997, section 1.9.
        """
        return balance(self._chain)

    def __repr__(self) -> str:
        states = "" if self.states == tuple(range(1, len(self.states) + 1)) else f", {self.states}"
        return f"MarkovChain({self._chain.matrix!r}{states})"
