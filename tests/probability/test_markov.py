"""Markov chains: against floats of NumPy and SciPy, simulation, and sums over all paths."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
import scipy.linalg
import sympy as sp

import derive as dv
from derive.check.certificate import certify
from derive.check.claim import Plan
from derive.errors import (
    ArgumentError,
    DeclarationError,
    DomainError,
    LimitError,
    NoClosedFormError,
    ShapeError,
)

TWO = [["1 - a", "a"], ["b", "1 - b"]]
WALK = [["1/2", "1/2", 0], ["1/4", "1/2", "1/4"], [0, "1/2", "1/2"]]
RUIN = [[1, 0, 0, 0], ["1 - p", 0, "p", 0], [0, "1 - p", 0, "p"], [0, 0, 0, 1]]
RING = [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
TURN = [[0, "p", "1 - p"], ["1 - p", 0, "p"], ["p", "1 - p", 0]]
a, b = sp.symbols("a b")


def random_chain(size, seed, zeros=0.0):
    """Rows of fractions that sum to one; each row keeps the step to the next state."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(size):
        weights = [int(w) for w in rng.integers(1, 9, size=size)]
        for j in range(size):
            if rng.random() < zeros and j != (i + 1) % size:
                weights[j] = 0
        rows.append([Fraction(w, sum(weights)) for w in weights])
    return rows


def floats(matrix):
    return np.array(sp.Matrix(matrix).evalf(30).tolist(), dtype=float)


def column(matrix):
    return floats(matrix).ravel()


def decimal(rows):
    return np.array([[float(x) for x in row] for row in rows])


def simulated(P, start, steps, rng):
    """A path of the chain, from uniform numbers."""
    sums, path = np.cumsum(P, axis=1), [start]
    for u in rng.random(steps):
        path.append(min(int(np.searchsorted(sums[path[-1]], u)), len(P) - 1))
    return path


def is_verified(derivation):
    return derivation.certificate.verdict == "verified"


# --- stationary laws ------------------------------------------------------------------


def test_the_law_of_two_states_is_b_and_a_over_their_sum():
    found = dv.stationary_distribution(TWO)
    plain = {s: sp.Symbol(s.name) for s in found.result.free_symbols}
    assert found.result.xreplace(plain) == sp.Matrix([b / (a + b), a / (a + b)])
    assert found.conditions == ("0 < a < 1", "0 < b < 1")
    assert is_verified(found)


@pytest.mark.parametrize("seed", range(4))
def test_a_law_agrees_with_a_linear_system_in_floats(seed):
    rows = random_chain(5, seed, zeros=0.4)
    P = decimal(rows)
    system = np.vstack([(P.T - np.eye(5))[:-1], np.ones(5)])
    expected = np.linalg.solve(system, np.array([0, 0, 0, 0, 1.0]))
    np.testing.assert_allclose(
        column(dv.stationary_distribution(rows).result), expected, atol=1e-13
    )


def test_the_share_of_time_of_a_simulation_is_the_law():
    rows = random_chain(3, 11)
    P, law = decimal(rows), column(dv.stationary_distribution(rows).result)
    rng, batches = np.random.default_rng(3), []
    for _ in range(100):
        path = simulated(P, 0, 500, rng)[100:]
        batches.append(np.bincount(path, minlength=3) / len(path))
    error = np.std(batches, axis=0, ddof=1) / np.sqrt(len(batches))
    assert (abs(np.mean(batches, axis=0) - law) < 4 * error).all()


def test_a_reducible_chain_has_one_law_for_each_closed_class():
    found = dv.stationary_distribution(
        [[1, 0, 0, 0], ["1/2", 0, "1/2", 0], [0, 0, "1/3", "2/3"], [0, 0, "1/4", "3/4"]]
    )
    first, second = found.result
    assert list(first) == [1, 0, 0, 0]
    assert list(second) == [0, 0, sp.Rational(3, 11), sp.Rational(8, 11)]
    assert "2 closed classes: (1) and (3, 4)" in str(found)
    assert "mixtures" in str(found)


def test_transient_states_have_no_mass():
    found = dv.stationary_distribution([["1/2", "1/2", 0], [0, "1/3", "2/3"], [0, "3/4", "1/4"]])
    assert found.result[0] == 0
    assert sum(found.result) == 1


def test_a_wrong_law_would_be_refuted():
    found = dv.stationary_distribution(WALK)
    control = certify(found.claims, Plan()).control
    assert control
    for claim in found.claims:
        assert all(m.examine(Plan()).verdict == "refuted" for m in claim.mutants()[:2])


# --- powers ---------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 7, 12])
def test_a_number_of_steps_agrees_with_matrix_power(steps):
    rows = random_chain(4, 5)
    found = dv.MarkovChain(rows).n_step(steps)
    expected = np.linalg.matrix_power(decimal(rows), steps)
    np.testing.assert_allclose(floats(found.result.as_explicit()), expected, atol=1e-14)
    assert is_verified(found)


def test_two_symbolic_states_go_by_the_eigenvalue_one_minus_a_minus_b():
    power = dv.MarkovChain(TWO).n_step("n").function()
    P = np.array([[0.7, 0.3], [0.45, 0.55]])
    for steps in range(8):
        got = power(a=0.3, b=0.45, n=steps)
        np.testing.assert_allclose(got, np.linalg.matrix_power(P, steps), atol=1e-14)


@pytest.mark.parametrize(
    "rows",
    [
        WALK,
        [[0, 1, 0], ["1/2", 0, "1/2"], [0, "1/3", "2/3"]],
        [[1, 0, 0, 0], ["1/2", 0, "1/2", 0], [0, "1/2", 0, "1/2"], [0, 0, 0, 1]],
        [["1/3", "2/3"], ["1/3", "2/3"]],
        [[0, 1], [1, 0]],
    ],
)
def test_a_symbolic_number_of_steps_agrees_with_matrix_power(rows):
    found = dv.MarkovChain(rows).n_step("n")
    P = decimal([[Fraction(x) for x in row] for row in rows])
    power = found.function()
    for steps in range(1, 7):
        np.testing.assert_allclose(power(n=steps), np.linalg.matrix_power(P, steps), atol=1e-13)
    assert is_verified(found)


def test_an_eigenvalue_zero_asks_for_one_step():
    assert "n >= 1" in dv.MarkovChain(WALK).n_step("n").conditions


@pytest.mark.parametrize("size", [2, 3])
def test_a_chain_that_never_moves_stays_after_n_steps(size):
    rows = np.eye(size, dtype=int).tolist()
    power = dv.MarkovChain(rows).n_step("n").function()
    np.testing.assert_array_equal(power(n=4), np.eye(size))
    still = dv.ContinuousTimeChain(np.zeros((size, size), int).tolist())
    np.testing.assert_array_equal(
        still.transition_probabilities("t").function()(t=2.0), np.eye(size)
    )


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (RING, "two eigenvalues are complex"),
        ([["1/2", "1/2", 0], [0, "1/2", "1/2"], [0, 0, 1]], "too few eigenvectors"),
    ],
)
def test_a_chain_without_closed_powers_is_refused(rows, reason):
    with pytest.raises(NoClosedFormError, match=reason):
        dv.MarkovChain(rows).n_step("n")


@pytest.mark.parametrize(
    ("steps", "error"),
    [(-1, DomainError), (1.5, ArgumentError), (True, ArgumentError), (10**6, LimitError)],
)
def test_steps_that_are_none_are_refused(steps, error):
    with pytest.raises(error):
        dv.MarkovChain(WALK).n_step(steps)


def test_the_count_of_steps_is_no_symbol_of_the_matrix():
    with pytest.raises(ArgumentError, match="a is a symbol"):
        dv.MarkovChain(TWO).n_step("a")


# --- hitting and absorption -----------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_hitting_times_agree_with_a_linear_system_in_floats(seed):
    rows = random_chain(5, seed, zeros=0.3)
    P = decimal(rows)[:-1, :-1]
    expected = np.linalg.solve(np.eye(4) - P, np.ones(4))
    times = dv.hitting_time(rows, 5).times
    assert times[-1] == 0
    np.testing.assert_allclose([float(t) for t in times[:-1]], expected, rtol=1e-12)


def test_a_hitting_time_agrees_with_simulation():
    rows = random_chain(3, 21)
    P, mean = decimal(rows), float(dv.hitting_time(rows, 3).times[0])
    rng = np.random.default_rng(8)
    times = [simulated(P, 0, 200, rng).index(2) for _ in range(1500)]
    assert abs(np.mean(times) - mean) < 4 * np.std(times, ddof=1) / np.sqrt(len(times))


def test_times_are_infinite_where_the_target_may_be_missed():
    found = dv.MarkovChain(RUIN, states=("broke", "low", "high", "rich")).hitting_time("rich")
    assert found.times == (sp.oo, sp.oo, sp.oo, 0)
    assert "rich is never reached from broke" in str(found)
    assert "from low the chain may get to broke, never to rich" in str(found)
    assert is_verified(found)


def test_finite_and_infinite_times_stand_together():
    found = dv.hitting_time(
        [["1/2", "1/2", 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], ["1/3", 0, "1/3", "1/3"]], 2
    )
    assert found.times == (2, 0, sp.oo, sp.oo)


@pytest.mark.parametrize("seed", range(10))
def test_a_time_is_infinite_just_where_the_target_may_be_missed(seed):
    rng = np.random.default_rng(seed)
    pattern = rng.random((6, 6)) < 0.2
    pattern[range(6), rng.integers(0, 6, 6)] = True
    rows = [[Fraction(int(x), int(row.sum())) for x in row] for row in pattern]
    stopped = decimal(rows)
    stopped[5] = np.eye(6)[5]
    surely = np.linalg.matrix_power(stopped, 4000)[:, 5] > 1 - 1e-6
    times = dv.hitting_time(rows, 6).times
    assert [t != sp.oo for t in times] == surely.tolist()


def test_a_target_of_several_states_ends_the_game():
    times = dv.hitting_time(RUIN, [1, 4]).times
    p = times[1].free_symbols.pop()
    assert [sp.simplify(t.subs(p, sp.Rational(1, 2))) for t in times] == [0, 2, 2, 0]


@pytest.mark.parametrize("target", [5, "rich", [], [1, 9], True])
def test_an_unknown_target_is_refused(target):
    with pytest.raises(ArgumentError):
        dv.hitting_time(RUIN, target)


@pytest.mark.parametrize("p", [0.3, 0.5, 0.8])
def test_ruin_agrees_with_the_gamblers_formula(p):
    found = dv.MarkovChain(RUIN).absorption_probabilities()
    got = found.function()(p=p)
    odds = (1 - p) / p
    rich = [k / 3 if p == 0.5 else (1 - odds**k) / (1 - odds**3) for k in (1, 2)]
    np.testing.assert_allclose(got[:, 1], rich, atol=1e-13)
    np.testing.assert_allclose(got.sum(axis=1), 1)


def test_absorption_into_a_class_of_several_states_counts_them_together():
    rows = [["1/2", "1/4", "1/8", "1/8"], [0, 1, 0, 0], [0, 0, "1/2", "1/2"], [0, 0, "1/3", "2/3"]]
    assert list(dv.MarkovChain(rows).absorption_probabilities().result) == [sp.Rational(1, 2)] * 2


def test_a_chain_without_transient_states_has_no_absorption():
    with pytest.raises(DomainError, match="every state is in a closed class"):
        dv.MarkovChain(WALK).absorption_probabilities()


# --- classes, entropy, balance --------------------------------------------------------


def periods_by_returns(P):
    """The common divisor of the lengths of returns, counted up to twice the square."""
    size, found = len(P), [0] * len(P)
    power = np.eye(size)
    for length in range(1, 2 * size * size + 1):
        power = (power @ (np.array(P) > 0) > 0).astype(float)
        for k in range(size):
            if power[k, k]:
                found[k] = int(np.gcd(found[k], length))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_classes_and_periods_agree_with_returns(seed):
    rng = np.random.default_rng(seed)
    pattern = rng.random((6, 6)) < 0.22
    pattern[range(6), rng.integers(0, 6, 6)] = True
    rows = [[Fraction(int(x), int(row.sum())) for x in row] for row in pattern]
    reach = np.linalg.matrix_power(np.eye(6) + pattern, 12) > 0
    expected = periods_by_returns(pattern)
    for found in dv.MarkovChain(rows).classes():
        places = [s - 1 for s in found.states]
        mutual = [j for j in range(6) if reach[places[0], j] and reach[j, places[0]]]
        assert places == mutual
        assert found.is_closed == (set(np.flatnonzero(reach[places[0]])) == set(places))
        assert {expected[k] for k in places} == {found.period}


@pytest.mark.parametrize("steps", [(2,), (3,), (4,), (6,), (4, 6), (3, 6), (2, 5), (6, 3, 1)])
def test_a_chain_of_loops_through_one_state_has_the_divisor_of_their_lengths(steps):
    size = sum(steps) - len(steps) + 1
    pattern, fresh = np.zeros((size, size), dtype=int), 1
    for length in steps:
        loop = [0, *range(fresh, fresh + length - 1), 0]
        fresh += length - 1
        pattern[loop[:-1], loop[1:]] = 1
    rows = [[Fraction(int(x), int(row.sum())) for x in row] for row in pattern]
    (found,) = dv.MarkovChain(rows).classes()
    assert found.period == np.gcd.reduce(steps) == periods_by_returns(pattern)[0]


def test_the_entropy_rate_of_a_fair_coin_is_one_bit():
    assert dv.MarkovChain([["1/2", "1/2"], ["1/2", "1/2"]]).entropy_rate(base=2).result == 1


@pytest.mark.parametrize("seed", range(3))
def test_the_entropy_rate_is_the_slope_of_the_entropy_of_paths(seed):
    rows = random_chain(3, seed)
    P, law = decimal(rows), column(dv.stationary_distribution(rows).result)

    def of_paths(length):
        chances = [
            law[path[0]] * np.prod([P[i, j] for i, j in pairwise(path)])
            for path in product(range(3), repeat=length)
        ]
        return -sum(c * np.log(c) for c in chances)

    rate = float(dv.MarkovChain(rows).entropy_rate().result)
    assert abs(rate - (of_paths(5) - of_paths(4))) < 1e-12


def test_the_entropy_rate_of_a_symbolic_chain_compiles():
    rate = dv.MarkovChain(TWO).entropy_rate(base=2)
    assert abs(rate.function()(a=0.5, b=0.5) - 1) < 1e-15
    assert is_verified(rate)


@pytest.mark.parametrize("base", [0, 1, -2])
def test_a_base_that_is_none_is_refused(base):
    with pytest.raises(DomainError, match="base"):
        dv.MarkovChain(WALK).entropy_rate(base)


def test_detailed_balance_holds_for_a_walk_on_a_line():
    found = dv.MarkovChain(WALK).detailed_balance()
    assert found.holds
    flows = np.diag([0.25, 0.5, 0.25]) @ decimal([[Fraction(x) for x in row] for row in WALK])
    np.testing.assert_allclose(floats(found.result), flows)
    assert dv.MarkovChain(TWO).detailed_balance().holds


def test_a_cycle_with_two_products_breaks_detailed_balance():
    found = dv.MarkovChain(TURN).detailed_balance()
    assert not found.holds
    p = found.result[0].free_symbols.pop()
    assert [sp.expand(x) for x in found.result] == [p**3, sp.expand((1 - p) ** 3)]
    assert "cycle 1 to 2 to 3 to 1" in str(found)
    assert "p^3 != (1 - p)^3" in found.conditions


@pytest.mark.parametrize("seed", range(12))
def test_the_verdict_on_balance_is_that_of_the_flows(seed):
    rng = np.random.default_rng(seed)
    size = 5
    weights = rng.integers(0, 4, (size, size))
    if seed % 2:
        weights = weights + weights.T
    weights[range(size), [(k + 1) % size for k in range(size)]] += 1
    if seed % 2:
        weights[[(k + 1) % size for k in range(size)], range(size)] += 1
    rows = [[Fraction(int(x), int(row.sum())) for x in row] for row in weights]
    law = column(dv.stationary_distribution(rows).result)
    flows = np.diag(law) @ decimal(rows)
    assert dv.MarkovChain(rows).detailed_balance().holds == np.allclose(flows, flows.T, atol=1e-12)


@pytest.mark.parametrize("asked", ["entropy_rate", "detailed_balance"])
def test_a_question_about_one_law_names_the_closed_classes(asked):
    with pytest.raises(DomainError, match="2 closed classes: 1; 4"):
        getattr(dv.MarkovChain(RUIN), asked)()


# --- what is refused ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "error", "says"),
    [
        ([["a", "b"], ["1/2", "1/2"]], DomainError, r"row 1 .* sums to a \+ b, not to 1"),
        ([["1/2", "1/2"], ["1/2", "1/3"]], DomainError, r"row 2 .* sums to 5/6"),
        ([[0.1, 0.9], [0.3, 0.6]], DomainError, r"row 2 .* sums to 9/10"),
        ([["3/2", "-1/2"], [0, 1]], DomainError, r"row 1 .* outside \[0, 1\]"),
        ([["1 - pi", "pi"], [0, 1]], DomainError, r"row 1 .* outside \[0, 1\]"),
        ([["p + 1", "-p"], ["p", "1 - p"]], DomainError, r"row 1 .* outside \[0, 1\]"),
        ([["p - q", "1 - p + q"], ["q - p", "1 - q + p"]], DomainError, "never both positive"),
        ([[1]], ShapeError, "at least 2 states"),
        ([["1/2", "1/2"]], ShapeError, "square"),
        ([[1, 0], [1]], ShapeError, "differ in length"),
        ([], ShapeError, "no entries"),
        (7, ArgumentError, "needs a matrix"),
        ([[True, False], [0, 1]], ArgumentError, "bool"),
        ([[float("nan"), 1], [0, 1]], DomainError, "no number"),
        ([["exp(a)", "1 - exp(a)"], [0, 1]], NoClosedFormError, "not a quotient"),
        (np.eye(21).tolist(), LimitError, "21 states"),
    ],
)
def test_what_is_no_transition_matrix_is_refused(rows, error, says):
    with pytest.raises(error, match=says):
        dv.MarkovChain(rows)


def test_a_symbol_that_cannot_be_a_probability_is_refused():
    n = dv.scalar("n", negative=True)
    with pytest.raises(DeclarationError):
        dv.MarkovChain([[1 - n, n], [0, 1]])


@pytest.mark.parametrize("states", [("x",), ("x", "x"), ("x", "y", "z")])
def test_names_that_do_not_fit_are_refused(states):
    with pytest.raises(ArgumentError):
        dv.MarkovChain(TWO, states)


@pytest.mark.parametrize(
    "P",
    [
        sp.Matrix([[sp.Rational(1, 2)] * 2, [sp.Rational(1, 4), sp.Rational(3, 4)]]),
        np.array([[0.5, 0.5], [0.25, 0.75]]),
        "[[1/2, 1/2], [1/4, 3/4]]",
        [[Fraction(1, 2), 0.5], ["1/4", sp.Rational(3, 4)]],
    ],
)
def test_one_chain_in_several_writings(P):
    assert list(dv.stationary_distribution(P).result) == [sp.Rational(1, 3), sp.Rational(2, 3)]


def test_answers_about_whole_rows_of_symbols_are_verified():
    chain = dv.MarkovChain([["a", "b", "1-a-b"], ["c", "d", "1-c-d"], ["f", "g", "1-f-g"]])
    assert is_verified(chain.stationary_distribution())
    assert is_verified(chain.entropy_rate())
    assert is_verified(chain.hitting_time(2))
    assert not chain.detailed_balance().holds


def test_names_that_look_alike_are_told_apart():
    found = dv.stationary_distribution([["1/2", "1/2"], ["1/3", "2/3"]], states=("1", 1))
    assert list(found.result) == [sp.Rational(2, 5), sp.Rational(3, 5)]


def test_symbols_of_the_matrix_keep_their_letters():
    found = dv.stationary_distribution([["1 - P", "P"], ["pi_1", "1 - pi_1"]])
    assert is_verified(found)
    assert {s.name for s in found.result.free_symbols} == {"P", "pi_1"}


# --- estimation, filtering, continuous time -------------------------------------------


def test_estimates_are_more_likely_than_others():
    counts = np.array([[6, 2, 1], [3, 3, 3], [0, 5, 2]])
    P = floats(dv.maximum_likelihood_transitions(counts).result)
    rng = np.random.default_rng(4)

    def log_likelihood(chances):
        return sum(n * np.log(p) for n, p in zip(counts.ravel(), chances.ravel(), strict=True) if n)

    for _ in range(200):
        other = rng.dirichlet(np.ones(3), size=3)
        assert log_likelihood(other) <= log_likelihood(P)
    np.testing.assert_allclose(P, counts / counts.sum(axis=1, keepdims=True))


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ([[1, 2], [0, 0]], "row 2 .* all zero"),
        ([[1, -2], [1, 1]], "no count"),
        ([["1/2", 1], [1, 1]], "no count"),
    ],
)
def test_what_are_no_counts_is_refused(counts, says):
    with pytest.raises(DomainError, match=says):
        dv.maximum_likelihood_transitions(counts)


@pytest.mark.parametrize("seed", range(3))
def test_a_filter_agrees_with_a_sum_over_all_paths(seed):
    rng = np.random.default_rng(seed)
    rows = random_chain(3, seed)
    emission = [row[:2] for row in random_chain(3, seed + 50)]
    emission = [[x / sum(row) for x in row] for row in emission]
    initial = random_chain(3, seed + 90)[0]
    seen = [int(x) for x in rng.integers(1, 3, size=5)]
    found = dv.forward_filter(rows, emission, initial, seen)
    for t in range(1, 6):
        weights = [Fraction(0)] * 3
        for path in product(range(3), repeat=t):
            chance = initial[path[0]] * emission[path[0]][seen[0] - 1]
            for k in range(1, t):
                chance *= rows[path[k - 1]][path[k]] * emission[path[k]][seen[k] - 1]
            weights[path[-1]] += chance
        law = [
            sp.Rational(w.numerator, w.denominator)
            / sp.Rational(sum(weights).numerator, sum(weights).denominator)
            for w in weights
        ]
        assert list(found.laws[t - 1]) == law
    total = sum(weights)
    assert found.likelihood == sp.Rational(total.numerator, total.denominator)
    assert is_verified(found)


def test_a_symbolic_filter_is_bayes_rule():
    found = dv.forward_filter(
        [["1 - s", "s"], ["s", "1 - s"]], [["1 - f", "f"], ["f", "1 - f"]], ["1/2", "1/2"], [1, 1]
    )
    value = found.likelihood.subs({x: sp.Rational(1, 4) for x in found.likelihood.free_symbols})
    stay, keep = sp.Rational(3, 4), sp.Rational(3, 4)
    forward = sp.Matrix([keep, 1 - keep]) / 2
    forward = sp.Matrix([[stay, 1 - stay], [1 - stay, stay]]).T * forward
    assert value == forward[0] * keep + forward[1] * (1 - keep)


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"observations": []}, ArgumentError, "at least one"),
        ({"observations": "x"}, ArgumentError, "no observation is called 'x'"),
        ({"observations": "uw"}, DomainError, r"observation 2 \(w\) has probability zero"),
        ({"emission": [["1/2", "1/3"], [1, 0]]}, DomainError, "row 1 .* of the emission matrix"),
        ({"initial": ["1/2", "1/3"]}, DomainError, "the initial law sums to 5/6"),
        ({"initial": [1]}, ShapeError, "2 states need"),
        ({"initial": 3}, ArgumentError, "list of probabilities"),
    ],
)
def test_a_filter_refuses_what_does_not_fit(changed, error, says):
    given = {
        "P": [[1, 0], [0, 1]],
        "emission": [[1, 0], [0, 1]],
        "initial": ["1/2", "1/2"],
        "observations": "uu",
        "symbols": "uw",
    }
    with pytest.raises(error, match=says):
        dv.forward_filter(**(given | changed))


def test_a_generator_of_two_states_has_the_law_b_and_a():
    chain = dv.ContinuousTimeChain([["-a", "a"], ["b", "-b"]])
    got = chain.stationary_distribution().function()(a=2.0, b=3.0)
    np.testing.assert_allclose(got.ravel(), [0.6, 0.4])


@pytest.mark.parametrize(
    "rows",
    [
        [[-2, 2], [3, -3]],
        [[-2, 1, 1], [1, -2, 1], [1, 1, -2]],
        [[-1, 1, 0], [1, -2, 1], [0, 1, -1]],
    ],
)
def test_transition_probabilities_agree_with_expm(rows):
    chain = dv.ContinuousTimeChain(rows)
    found = chain.transition_probabilities("t")
    for t in (0.0, 0.3, 2.0):
        np.testing.assert_allclose(
            found.function()(t=t), scipy.linalg.expm(t * np.array(rows, dtype=float)), atol=1e-13
        )
    law = column(chain.stationary_distribution().result)
    np.testing.assert_allclose(law @ np.array(rows), 0, atol=1e-14)
    assert is_verified(found)


def test_symbolic_rates_agree_with_expm():
    found = dv.ContinuousTimeChain([["-a", "a"], ["b", "-b"]]).transition_probabilities()
    rates = np.array([[-1.5, 1.5], [0.4, -0.4]])
    np.testing.assert_allclose(
        found.function()(a=1.5, b=0.4, t=0.7), scipy.linalg.expm(0.7 * rates), atol=1e-14
    )


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["-a", "a"], ["b", "b"]], r"row 2 .* sums to 2\*b, not to 0"),
        ([[1, -1], [1, -1]], r"row 1 .* rate -1"),
    ],
)
def test_what_is_no_generator_is_refused(rows, says):
    with pytest.raises(DomainError, match=says):
        dv.ContinuousTimeChain(rows)


def test_complex_eigenvalues_of_a_generator_are_refused():
    with pytest.raises(NoClosedFormError, match="complex"):
        dv.ContinuousTimeChain([[-1, 1, 0], [0, -1, 1], [1, 0, -1]]).transition_probabilities()
