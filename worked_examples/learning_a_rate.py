# %% [markdown]
# # Learning a rate
#
# How often does the kick of a horse kill?  In 200 corps-years of the Prussian army there were 122
# deaths; 109, 65, 22, 3 and 1 of the years had 0, 1, 2, 3 and 4 of them (bortkiewicz1898).  We
# know nothing at first, write that down as a law of the rate, and let each year change it.  The
# law after 5, 20, 50 and 200 years says what the rate may be, how long a corps waits for a
# death, and what next year may bring.

# %%
from __future__ import annotations

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
corps_years = np.array([109, 65, 22, 3, 1])
rng = np.random.default_rng(3)
kicks = rng.permutation(np.repeat(np.arange(5.0), corps_years))  # the order is not handed down
STOPS = (5, 20, 50, 200)

# %% [markdown]
# ## Prior times likelihood
#
# A count is Poisson with the unknown rate $\lambda$.  Before any count, let $\lambda$ be gamma
# distributed.  The product of both, as a function of $\lambda$, has again the form of a gamma
# density: its parameters are read off.  The mean and the spread of a prior with $k = 1$ and
# $\theta = 1$ are both 1, which says little.

# %%
rate = dv.posterior("Poisson(lam)", "Gamma(k, theta)")
print(rate)
update = rate.function()
PRIOR = {"k": 1.0, "theta": 1.0}
stages = {n: update(x=kicks[:n], **PRIOR) for n in STOPS}

# %% [markdown]
# Learning year by year is learning at once: the posterior of each year is the prior of the next.

# %%
belief = dict(PRIOR)
for count in kicks:
    k, theta = update(x=np.array([count]), **belief)
    belief = {"k": float(k), "theta": float(theta)}
np.testing.assert_allclose(list(belief.values()), stages[200], rtol=1e-12)

# %% [markdown]
# ## By brute force
#
# The same without any mathematics: on a grid of rates, multiply prior and likelihood of every
# count and divide by the sum.

# %%
grid = np.linspace(0.002, 3, 1500)
density = dv.density("Gamma(k, theta)").function()
likelihood = dv.log_likelihood("Poisson(lam)").function()
by_grid, by_formula = {}, {}
for n, (k, theta) in stages.items():
    logs = np.array([likelihood(x=kicks[:n], lam=lam) for lam in grid])
    weights = np.exp(logs - logs.max()) * density(x=grid, **PRIOR)
    by_grid[n] = weights / (weights.sum() * (grid[1] - grid[0]))
    by_formula[n] = density(x=grid, k=k, theta=theta)
    np.testing.assert_allclose(by_grid[n], by_formula[n], atol=2e-2 * by_formula[n].max())
np.testing.assert_allclose(by_grid[200], by_formula[200], atol=1e-8)

# %% [markdown]
# ## What is known of the rate
#
# The most probable rate, and where 95 percent of the belief lie.  At the end the interval is
# nearly the confidence interval that knows no prior.

# %%
mode = dv.maximum_a_posteriori("Poisson(lam)", "Gamma(k, theta)")
print("\n", mode, "\n", sep="")
table = ["| years | deaths | posterior | mode | 95 % credible |", "|---|---|---|---|---|"]
for n, (k, theta) in stages.items():
    interval = dv.credible_interval(rate, 0.95, x=kicks[:n], **PRIOR)
    best = mode.function()(x=kicks[:n], **PRIOR)
    row = (f"Gamma({k:.0f}, 1/{1 / theta:.0f})", f"{best:.3f}")
    between = f"{interval.lower:.3f} to {interval.upper:.3f}"
    table.append(f"| {n} | {kicks[:n].sum():.0f} | {row[0]} | {row[1]} | {between} |")
    np.testing.assert_allclose(
        [interval.lower, interval.upper], stats.gamma(k, scale=theta).ppf([0.025, 0.975]), rtol=1e-8
    )
print(*table, sep="\n")
confidence = dv.confidence_interval("rate", int(kicks.sum()), 200)
print(f"\n95 % confidence interval of the rate: {confidence!r}")
np.testing.assert_allclose(
    [interval.lower, interval.upper], [confidence.lower, confidence.upper], atol=0.01
)

# %% [markdown]
# ## From the rate to the wait
#
# A corps waits $w = 1/\lambda$ years for a death, on the average.  What is believed of
# $\lambda$ says what to believe of $w$, but its density does not just move along: where the map
# is steep it is thinned, by the derivative of the inverse.  The gamma law becomes an inverse
# gamma law.  Quantiles do move along; the most probable value does not.

# %%
wait = dv.change_of_variables("Gamma(k, theta)", "1/lam", of="lam", to="w")
print("\n", wait, "\n", sep="")
k, theta = (float(value) for value in stages[200])
density_of_wait = wait.function()
years = np.linspace(0.9, 2.8, 400)
drawn = 1 / rng.gamma(k, theta, size=200_000)
assert stats.kstest(drawn, stats.invgamma(k, scale=1 / theta).cdf).pvalue > 0.01
np.testing.assert_allclose(
    density_of_wait(w=years, k=k, theta=theta),
    stats.invgamma(k, scale=1 / theta).pdf(years),
    rtol=1e-9,
)
mean_wait = dv.expectation("x", wait.law).function()(k=k, theta=theta)
assert abs(drawn.mean() - mean_wait) < 4 * drawn.std() / np.sqrt(drawn.size)
best_rate = mode.function()(x=kicks, **PRIOR)
best_wait = years[density_of_wait(w=years, k=k, theta=theta).argmax()]
print(f"wait: mean {mean_wait:.3f} years, most probable {best_wait:.3f},", end=" ")
print(f"one over the most probable rate {1 / best_rate:.3f}")
assert best_wait < 1 / best_rate - 0.02

# %% [markdown]
# ## Did anyone die?
#
# The same years, asked a coarser question: was there a death at all?  This is a Bernoulli
# variable, and a beta law is updated.  Under the Poisson law the chance is $1 - e^{-\lambda}$;
# another change of variables carries the belief in $\lambda$ there.  The counts know more than
# the answers yes and no, so the carried belief is the narrower one.

# %%
chance = dv.posterior("Bernoulli(p)", "Beta(a, b)")
carried = dv.change_of_variables("Gamma(k, theta)", "1 - exp(-lam)", of="lam", to="c")
print("\n", chance, "\n\n", carried, sep="")
died = (kicks > 0).astype(float)
a, b = (float(value) for value in chance.function()(x=died, a=1.0, b=1.0))
shares = np.linspace(0.001, 0.999, 999)
coarse = dv.density("Beta(a, b)").function()(x=shares, a=a, b=b)
fine = carried.function()(c=shares, k=k, theta=theta)
np.testing.assert_allclose([coarse.sum() / 1000, fine.sum() / 1000], 1, rtol=1e-9)
spread = [
    np.sqrt((d * shares**2).sum() / 1000 - ((d * shares).sum() / 1000) ** 2) for d in (coarse, fine)
]
print(f"\ndeviation of the chance: {spread[0]:.4f} from yes and no, {spread[1]:.4f} from counts")
np.testing.assert_allclose(spread[0], stats.beta(a, b).std(), rtol=1e-6)
assert spread[1] < spread[0]

# %% [markdown]
# ## Next year
#
# The next count is Poisson with a rate that is not known exactly: averaged over the posterior it
# is negative binomial, a little wider than a Poisson law.

# %%
predictive = dv.posterior_predictive("Poisson(lam)", "Gamma(k, theta)")
print("\n", predictive.law, sep="")
ask = predictive.function()
ahead = {n: np.exp([ask(x_new=j, x=kicks[:n], **PRIOR) for j in range(40)]) for n in STOPS}
simulated = rng.poisson(rng.gamma(k, theta, size=200_000))
for n, chances in ahead.items():
    np.testing.assert_allclose(chances.sum(), 1, rtol=1e-9)
    print(
        f"after {n:3} years: P(no death) = {chances[0]:.3f}, P(3 or more) = {chances[3:].sum():.4f}"
    )
for j in range(4):
    p = ahead[200][j]
    assert abs((simulated == j).mean() - p) < 4 * np.sqrt(p * (1 - p) / simulated.size)

# %% [markdown]
# ## The picture
#
# The belief in the rate as years come in, with the grid as dots; the belief in the wait, with
# draws; the chance of a death from both questions.

# %%
figure, (rates, waits, chances) = plt.subplots(1, 3, figsize=(13, 4.2), layout="constrained")
rates.plot(grid, density(x=grid, **PRIOR), ":", color="0.5", label="prior")
for color, n in zip(("C0", "C1", "C2", "C3"), STOPS, strict=True):
    rates.plot(grid, by_formula[n], color=color, label=f"{n} years")
    rates.plot(grid[::25], by_grid[n][::25], ".", color=color, markersize=4)
rates.set(xlim=(0, 2), xlabel=r"rate $\lambda$", title="belief in the rate (dots: grid)")
rates.legend(fontsize="small")

waits.hist(drawn, bins=80, range=(0.9, 2.8), density=True, color="C3", alpha=0.3, label="draws")
waits.plot(years, density_of_wait(w=years, k=k, theta=theta), color="C3", label="inverse gamma")
waits.axvline(best_wait, color="black", linewidth=1, label="most probable wait")
waits.axvline(1 / best_rate, color="black", linestyle=":", label="1 / most probable rate")
waits.set(xlabel="years $w$ until a death", title="belief in the wait")
waits.legend(fontsize="small")

chances.plot(shares, coarse, color="C4", label="from yes and no")
chances.plot(shares, fine, color="C3", label="from counts")
chances.set(xlim=(0.25, 0.65), xlabel="chance of a death in a year", title="the same chance, twice")
chances.legend(fontsize="small")

# %% [markdown]
# ## Notes to keep

# %%
OUT.mkdir(parents=True, exist_ok=True)
notes = [page.markdown() for page in (rate, mode, wait, chance, carried, predictive)]
notes.insert(2, "Beliefs along the counts:\n\n" + "\n".join(table))
(OUT / "learning_a_rate.md").write_text("\n\n".join(notes), encoding="utf-8")
figure.savefig(OUT / "learning_a_rate.png", dpi=120)
print("written: learning_a_rate.md, learning_a_rate.png")
