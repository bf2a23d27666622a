# %% [markdown]
# # Horse kicks and failing aircraft
#
# Two famous tables of accidents.  In 14 corps of the Prussian army, over 20 years each, soldiers
# were killed by the kick of a horse; leaving out four unusual corps, 200 corps-years had 0 to 4
# deaths: 109, 65, 22, 3, 1 (bortkiewicz1898).  The air conditioning of an aircraft failed after
# 3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230 and 487 hours of work (proschan1963).  Accidents
# that do not know of each other are counted by a Poisson law, and the time between them is
# exponential.  Where do these laws come from, and do they fit?

# %%
from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats
from scipy.optimize import minimize_scalar

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
corps_years = np.array([109, 65, 22, 3, 1])
kicks = np.repeat(np.arange(5.0), corps_years)
hours = np.array([3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487.0])

# %% [markdown]
# ## From many unlikely accidents to the Poisson law
#
# A corps has $n$ soldiers, each with the small probability $\lambda/n$: a binomial count, whose
# mean is $\lambda$.  The moment generating function of the binomial law is that of one soldier to
# the power of $n$; its logarithm is $n \log(1 + u)$ with $u = \lambda(e^t - 1)/n$.  Taylor's
# polynomial $u - u^2/2$ shows that what is left for large $n$ is $\lambda(e^t - 1)$, which
# belongs to the Poisson law.

# %%
one_soldier = dv.moment_generating_function("Bernoulli(p)")
binomial_mean = dv.expectation("x", "Binomial(n, p)")
of_binomial = dv.moment_generating_function("Binomial(n, lam/n)")
logarithm = dv.taylor_series("log(1 + u)", "u", around=0, order=2, shapes="u: scalar")
of_poisson = dv.moment_generating_function("Poisson(lam)")
print(of_binomial, logarithm.text(detail="result"), of_poisson, sep="\n\n")

t = np.linspace(-1, 1, 9)
exactly = of_poisson.function()(lam=0.61, t=t)
np.testing.assert_allclose(of_binomial.function()(n=10**6, lam=0.61, t=t), exactly, rtol=2e-6)

# %% [markdown]
# The mass functions follow.  Half the sum of their distances, the total variation, falls like
# $1/n$ and stays below $\lambda^2/n$.

# %%
binomial, poisson = (dv.density(law).function() for law in ("Binomial(n, p)", "Poisson(lam)"))
k = np.arange(30.0)
print("\n       n   total variation   times n")
variations = []
for n in (10, 100, 1000, 10_000):
    variation = np.abs(binomial(k, n, 0.61 / n) - poisson(k, 0.61)).sum() / 2
    variations.append(n * variation)
    print(f"{n:8} {variation:17.3e} {n * variation:9.5f}")
    assert variation < 0.61**2 / n
np.testing.assert_allclose(variations[-2:], variations[-1], rtol=1e-3)

# %% [markdown]
# ## Mean and variance are one
#
# Both are $\lambda$, and the counts agree: their mean and variance are almost the same.  Counts
# of separate years add up, and the law of the sum is Poisson again, since the generating
# functions multiply.

# %%
spread = dv.variance("x", "Poisson(lam)")
print("\n", spread, sep="")
print(f"\nmean {dv.mean(kicks):.4f}, variance {dv.sample_variance(kicks):.4f}")
assert abs(dv.sample_variance(kicks) / dv.mean(kicks) - 1) < 4 * np.sqrt(2 / kicks.size)

sums = dv.equal(
    "exp(a*(exp(t) - 1))*exp(b*(exp(t) - 1))",
    "exp((a + b)*(exp(t) - 1))",
    shapes="a: positive, b: positive, t: scalar",
)
print("\n", sums, sep="")
year = dv.DiscreteRandomVariable(
    {kick: Fraction(int(count), 200) for kick, count in enumerate(corps_years)}
)
two_years = dv.convolve(year, year).variable
assert two_years.mean().result == 2 * year.mean().result
assert two_years.variance().result == 2 * year.variance().result

# %% [markdown]
# ## The rate
#
# The likelihood is largest where its derivative is zero: at the mean of the counts.  How well
# the rate is known is told by the Fisher information $n/\lambda$; by the Cramér-Rao bound no
# unbiased estimate has a smaller variance than $\lambda/n$, which is the variance of the mean.

# %%
fit = dv.maximum_likelihood("Poisson(lam)", data=kicks)
bound = dv.cramer_rao_bound("Poisson(lam)", "lam")
print("\n", fit, "\n\n", bound, sep="")
rate = fit.estimates["lam"]
deviation = np.sqrt(bound.function()(n=kicks.size, lam=rate))
print(f"\n{rate:.3f} deaths per corps and year, give or take {deviation:.3f}")

likelihood = dv.log_likelihood("Poisson(lam)").function()
lower = minimize_scalar(lambda lam: -likelihood(x=kicks, lam=lam), bounds=(0.1, 2))
np.testing.assert_allclose(rate, lower.x, rtol=1e-5)

# %% [markdown]
# Was there any death at all in a corps-year?  That is a Bernoulli variable; its own maximum
# likelihood is a share of the years, and the Poisson law predicts it as $1 - e^{-\lambda}$.

# %%
any_death = dv.maximum_likelihood("Bernoulli(p)", data=(kicks > 0).astype(float))
predicted = 1 - poisson(0.0, rate)
share = any_death.estimates["p"]
print(f"some death in {share:.3f} of the years, {predicted:.3f} predicted")
wilson = dv.confidence_interval("proportion", int((kicks > 0).sum()), kicks.size)
assert wilson.lower < predicted < wilson.upper

# %% [markdown]
# ## Does it fit?
#
# Observed against expected counts, the rare classes joined.  Pearson's sum of
# $(O - E)^2/E$ has nearly a chi-squared law; a degree of freedom went to the estimated rate.

# %%
observed = np.append(corps_years[:3], corps_years[3:].sum())
expected = 200 * poisson(np.arange(3.0), rate)
expected = np.append(expected, 200 - expected.sum())
pearson = dv.chi_squared_test(observed, expected, fitted=1)
print("\n", pearson, "\n", sep="")
table = ["| deaths | corps-years | Poisson |", "|---|---|---|"]
for name, seen, wanted in zip(("0", "1", "2", "3 or more"), observed, expected, strict=True):
    table.append(f"| {name} | {seen} | {wanted:.2f} |")
print(*table, sep="\n")
reference = stats.chisquare(observed, expected, ddof=1)
np.testing.assert_allclose(pearson.statistic, reference.statistic, rtol=1e-12)
np.testing.assert_allclose(pearson.p_value, reference.pvalue, rtol=1e-10)
assert pearson.p_value > 0.5

# %% [markdown]
# A bad law is found out: uniform counts from 0 to 3 are refuted at once.

# %%
assert dv.chi_squared_test(observed).p_value < 1e-20

# %% [markdown]
# ## Hours between failures
#
# If failures come at the rate $\lambda$, there is none within $x$ hours with probability
# $e^{-\lambda x}$.  So the time to the next has the distribution function $1 - e^{-\lambda x}$,
# and its quantiles are found by solving for $x$.  An old machine is as good as a new one:
# the survival over $s + t$ hours, over that of $s$, is the survival over $t$.

# %%
distribution = dv.cdf("Exponential(lam)")
inverse = dv.quantile("Exponential(lam)")
memory = dv.equal(
    "exp(-lam*(s + t))/exp(-lam*s)", "exp(-lam*t)", shapes="lam: positive, s: positive, t: positive"
)
waiting = dv.maximum_likelihood("Exponential(lam)", data=hours)
print("\n", distribution, "\n\n", inverse, "\n\n", memory, "\n\n", waiting, sep="")
failures = waiting.estimates["lam"]
print(f"\na failure every {1 / failures:.2f} hours")
np.testing.assert_allclose(1 / failures, hours.mean(), rtol=1e-12)
np.testing.assert_allclose(stats.expon.fit(hours, floc=0)[1], 1 / failures, rtol=1e-12)

# %% [markdown]
# Put into its own distribution function, a random time is uniform between 0 and 1.  Cut at the
# quartiles, each quarter should hold three of the twelve failures.  So few expected counts make
# the chi-squared law a rough guide, and `derive` says so; a sharper question lets the law bend.
# A gamma law with shape 1 is exponential: what does its likelihood gain by another shape?

# %%
levels = distribution.function()(x=hours, lam=failures)
quartiles = inverse.function()(p=np.array([0.25, 0.5, 0.75]), lam=failures)
quarters = np.histogram(levels, [0, 0.25, 0.5, 0.75, 1])[0]
assert (np.histogram(hours, [0, *quartiles, np.inf])[0] == quarters).all()
rough = dv.chi_squared_test(quarters, fitted=1)
print(f"\nquarters {quarters}: {rough!r}, least expected count {rough.least_expected:g}")

bent = dv.maximum_likelihood("Gamma(k, theta)", data=hours).estimates
heights = [
    dv.log_likelihood("Gamma(k, theta)").function()(x=hours, **bent),
    dv.log_likelihood("Exponential(lam)").function()(x=hours, lam=failures),
]
ratio = dv.likelihood_ratio_test(*heights)
print(f"gamma shape {bent['k']:.3f}: {ratio!r}")
shape, _, scale = stats.gamma.fit(hours, floc=0)
np.testing.assert_allclose([bent["k"], bent["theta"]], [shape, scale], rtol=1e-3)
assert ratio.p_value > 0.05
assert rough.p_value > 0.05

# %% [markdown]
# ## The picture
#
# Counts and hours with the laws that were fitted, and the levels $F(x)$ of the hours in order.

# %%
figure, (bars, stairs, levelled) = plt.subplots(
    1, 3, figsize=(13, 4.3), width_ratios=(1.2, 1.2, 1), layout="constrained"
)
at = np.arange(5.0)
bars.bar(at, corps_years, width=0.75, color="C0", alpha=0.45, label="corps-years")
for n, color in ((2, "C3"), (10, "C4")):
    values = 200 * binomial(at, n, rate / n)
    bars.plot(at, values, "_", color=color, markersize=16, label=f"binomial, n = {n}")
bars.plot(at, 200 * poisson(at, rate), "o", color="black", markersize=5, label="Poisson")
bars.set(xlabel="deaths by horse kick in a corps-year", title=f"rate {rate:.2f}")
bars.legend(fontsize="small")

grid = np.linspace(0, 550, 200)
stairs.step([0, *hours, 550], [*np.arange(13) / 12, 1], where="post", label="12 failures")
stairs.plot(grid, distribution.function()(x=grid, lam=failures), color="black", label="exponential")
stairs.plot(quartiles, [0.25, 0.5, 0.75], "o", color="C1", label="quartiles of the law")
stairs.set(xlabel="hours", ylabel="share", title="hours until the next failure")
stairs.legend(fontsize="small")

ranks = (np.arange(12) + 0.5) / 12
levelled.plot([0, 1], [0, 1], color="black", label="uniform")
levelled.plot(ranks, np.sort(levels), "o", label="$F(x)$ of the hours")
levelled.set(xlabel="rank", ylabel="level", title="$F(x)$ is uniform")
levelled.set_aspect("equal")
levelled.legend(fontsize="small")
assert stats.kstest(levels, "uniform").pvalue > 0.05

# %% [markdown]
# ## Notes to keep

# %%
OUT.mkdir(parents=True, exist_ok=True)
pages = [one_soldier, binomial_mean, of_binomial, logarithm, of_poisson, spread, fit]
pages += [bound, any_death, pearson, distribution, inverse, waiting, ratio]
notes = [page.markdown() for page in pages]
notes.insert(10, "Corps-years by their number of deaths:\n\n" + "\n".join(table))
(OUT / "horse_kicks.md").write_text("\n\n".join(notes), encoding="utf-8")
figure.savefig(OUT / "horse_kicks.png", dpi=120)
print("written: horse_kicks.md, horse_kicks.png")
