# %% [markdown]
# # What does a positive test mean?
#
# A needle took cells from 569 breast lumps; 212 of the lumps were malignant.  The mean radius of
# the nuclei is a test: *positive* if it is over 14.  Most malignant lumps are positive and most
# others are not, yet neither number says what a positive result means.  Bayes' theorem does, and
# the counts of this very sample must agree with it to the last digit.

# %%
from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer

import derive as dv

OUT = Path(os.environ.get("DERIVE_EXAMPLES", "."))
data = load_breast_cancer()
malignant = (data.target == 0).astype(int)
large = (data.data[:, 0] > 14).astype(int)  # mean radius
rough = (data.data[:, 1] > 19).astype(int)  # mean texture
n = len(malignant)

# %% [markdown]
# ## A sample space made of counts
#
# Draw one of the lumps at random.  An outcome says whether it is malignant and whether each of
# two tests is positive, and its mass is a count over 569.  The second test asks whether the
# texture is over 19.

# %%
SIGNS = ("-", "+")
outcomes = {
    (state, SIGNS[a], SIGNS[b]): int(((malignant == m) & (large == a) & (rough == b)).sum())
    for m, state in enumerate(("benign", "malignant"))
    for a in (1, 0)
    for b in (1, 0)
}
assert sum(outcomes.values()) == n
space = dv.SampleSpace({outcome: f"{count}/{n}" for outcome, count in outcomes.items()})
M = space.event(lambda outcome: outcome[0] == "malignant", "M")
R = space.event(lambda outcome: outcome[1] == "+", "R")
T = space.event(lambda outcome: outcome[2] == "+", "T")

# %% [markdown]
# ## Rules of probability
#
# Some lumps are positive on both tests, so the two shares must not simply be added: the addition
# rule takes what is in both once away.  Without knowing the overlap, the union bound remains.

# %%
union = dv.inclusion_exclusion(R, T)
print(union)
assert Fraction(str(union.result)) == Fraction(int((large | rough).sum()), n)
assert union.result <= dv.probability(R).result + dv.probability(T).result

# %% [markdown]
# ## Conditional probability
#
# The sensitivity of the first test is $P(R \mid M)$, its specificity $P(R^c \mid M^c)$.
# Conditioning on the state of the lump and adding up the cases returns $P(R)$.

# %%
sensitivity = dv.conditional_probability(R, given=M)
specificity = dv.conditional_probability(~R, given=~M)
by_cases = dv.total_probability(R, [M, ~M])
print("\n", by_cases, sep="")
assert by_cases.result == dv.probability(R).result
assert float(sensitivity.result) == dv.recall(malignant, large)
assert float(specificity.result) == dv.specificity(malignant, large)

# %% [markdown]
# ## Bayes' theorem
#
# For any test, with sensitivity $s$, specificity $c$ and prevalence $\pi$.  Put in the three
# fractions of this sample and the answer is the fraction of positive lumps that are malignant,
# counted directly.

# %%
theorem = dv.bayes_theorem("pi", ("s", "1 - c"), hypothesis="M", evidence="+")
odds = dv.bayes_theorem("pi", ("s", "1 - c"), hypothesis="M", evidence="+", odds=True)
print("\n", theorem, "\n\n", odds, sep="")

s, c, pi = sensitivity.result, specificity.result, dv.probability(M).result
here = dv.bayes_theorem(pi, (s, 1 - c)).result
positive_and_ill, positive = int((large & malignant).sum()), int(large.sum())
print(f"\nP(M | R) = {here}: {positive_and_ill} of the {positive} positive lumps are malignant")
assert Fraction(str(here)) == Fraction(positive_and_ill, positive)
assert here == dv.conditional_probability(M, given=R).result
np.testing.assert_allclose(float(here), dv.precision(malignant, large), rtol=1e-15)

# %% [markdown]
# ## The same test elsewhere
#
# In this clinic 37 percent are malignant.  In a screening it might be one in two hundred.  The
# test has not changed; what it says has.  We compile the theorem, and count in a simulated
# population of a million.

# %%
after = theorem.function()
s, c = float(s), float(c)
rng = np.random.default_rng(0)
print("\nprevalence   P(M | +)   counted in a million")
for prevalence in (0.37, 0.1, 0.005):
    ill = rng.random(1_000_000) < prevalence
    called = rng.random(ill.size) < np.where(ill, s, 1 - c)
    p, counted = after(s=s, c=c, pi=prevalence), ill[called].mean()
    print(f"{prevalence:10.3f} {p:10.4f} {counted:12.4f}")
    assert abs(counted - p) < 4 * np.sqrt(p * (1 - p) / called.sum())

# %% [markdown]
# ## A second test
#
# In odds, a positive result multiplies by the Bayes factor $s/(1 - c)$.  A second positive
# result multiplies by its own factor, if the two tests are independent *among the malignant* and
# *among the benign*.  That is a claim about the world, and the sample can be asked.  Over all
# lumps the tests are far from independent, since both see the illness; within each state a
# chi-squared test finds nothing against it.

# %%
independent = dv.independence(R, T)
print("\n", independent, "\n", sep="")
assert not independent.holds
tables = {
    state: [[outcomes[state, a, b] for b in reversed(SIGNS)] for a in reversed(SIGNS)]
    for state in ("malignant", "benign")
}
tables["all"] = np.sum(list(tables.values()), axis=0).tolist()
tests = {who: dv.chi_squared_test(table) for who, table in tables.items()}
for who, test in tests.items():
    print(f"{who:10} {tables[who]!s:24} {test!r}")
assert tests["all"].p_value < 1e-6 < 0.05 < min(tests[w].p_value for w in ("malignant", "benign"))

# %% [markdown]
# So one test after the other, the first answer being the prior of the second, must come close to
# what both results say at once.  The latter is again a matter of counting.

# %%
s_T = dv.conditional_probability(T, given=M).result
c_T = dv.conditional_probability(~T, given=~M).result
both = [dv.conditional_probability(R & T, given=state).result for state in (M, ~M)]
chained = dv.bayes_theorem(here, (s_T, 1 - c_T)).result
jointly = dv.bayes_theorem(pi, both).result
print(f"\nboth positive, one test after the other: {float(chained):.4f}")
print(f"both positive, counted:                  {float(jointly):.4f} = {jointly}")
assert jointly == dv.conditional_probability(M, given=R & T).result
assert Fraction(str(jointly)) == Fraction(
    int((large & rough & malignant).sum()), int((large & rough).sum())
)
assert abs(float(chained) - float(jointly)) < 0.01

# %% [markdown]
# ## The surface
#
# What a positive result means, over sensitivity and prevalence, at the specificity of our test;
# and the same along the prevalence for one positive test and for two.

# %%
prevalences = np.geomspace(0.001, 0.9, 181)
sensitivities = np.linspace(0.02, 0.999, 99)  # inside (0, 1), as declared
surface = after(s=sensitivities[:, None], c=c, pi=prevalences)
by_odds = odds.function()(s=sensitivities[:, None], c=c, pi=prevalences)
np.testing.assert_allclose(surface, by_odds / (1 + by_odds), rtol=1e-12)
assert (np.diff(surface, axis=0) > 0).all()
assert (np.diff(surface, axis=1) > 0).all()

figure, (plane, lines) = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
levels = np.linspace(0, 1, 11)
drawn = plane.contourf(prevalences, sensitivities, surface, levels, cmap="viridis")
figure.colorbar(drawn, ax=plane, label=r"$P(M \mid +)$")
for prevalence, name, side in ((float(pi), "this clinic", "right"), (0.005, "screening", "left")):
    plane.plot(prevalence, s, "o", color="white", markeredgecolor="black")
    shift = (-8, -14) if side == "right" else (8, -14)
    plane.annotate(
        f"{name}: {after(s=s, c=c, pi=prevalence):.2f}",
        (prevalence, s),
        shift,
        textcoords="offset points",
        color="white",
        ha=side,
    )
plane.set(
    xscale="log",
    xlabel="prevalence",
    ylabel="sensitivity",
    title=f"one positive result, specificity {c:.3f}",
)

once = after(s=s, c=c, pi=prevalences)
twice = after(s=float(s_T), c=float(c_T), pi=once)
lines.plot(prevalences, prevalences, ":", color="0.5", label="before any test")
lines.plot(prevalences, once, label="one positive test")
lines.plot(prevalences, twice, label="two, independent given the state")
lines.plot(float(pi), float(here), "o", color="C0", label="counted, one positive")
lines.plot(float(pi), float(jointly), "s", color="C1", label="counted, both positive")
lines.set(xscale="log", xlabel="prevalence", ylabel="probability of illness", title="what it means")
lines.legend(fontsize="small")

# %% [markdown]
# ## Notes to keep

# %%
OUT.mkdir(parents=True, exist_ok=True)
pages = (union, by_cases, theorem, odds, independent)
notes = "\n\n".join(page.markdown() for page in pages)
(OUT / "positive_test.md").write_text(notes, encoding="utf-8")
figure.savefig(OUT / "positive_test.png", dpi=120)
print("written: positive_test.md, positive_test.png")
