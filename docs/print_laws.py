"""Print docs/laws.md from the declarations: ``python docs/print_laws.py > docs/laws.md``.

The first table shows what each law declares; the second the entropies that are derived from
it, each with its certificate checked on the way.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from derive.errors import NoClosedFormError
from derive.information.entropy import entropy
from derive.language.distributions import LAWS, PAIR_LAWS, VECTOR_LAWS
from derive.language.expression import symbol
from derive.language.law import Law
from derive.writing.plain import plain

OPENING = """\
# Laws

Printed by `docs/print_laws.py` from the declarations in `derive/language/laws`. A parameter that
is left out is a symbol of its own name; `distribution` finds a law by the name in the first
column.

| name | law | support | log density at x |
|---|---|---|---|
"""
ENTROPIES = """
## Entropies

In nats; each is derived from the log density and checked against integrals or sums
before it is printed here. Laws of [vectors and matrices](vector_laws.md) and of pairs
come last. What is not known in closed form is refused with the mean that is missing.

| law | entropy | where |
|---|---|---|
"""


def declared(law: Law) -> str:
    """One law: its name, its parameters, where it lives and its log density."""
    x = symbol("x", facts=law.support.facts)
    density = plain(law.log_density(x))
    return f"| `{law.name}` | `{law}` | {law.support} | `{density}` |"


def derived(law: Law) -> str:
    """The entropy of a law with its conditions, or why there is none."""
    try:
        found = entropy(law)
    except NoClosedFormError as error:
        return f"| `{law!r}` | none in closed form: {str(error).splitlines()[0]} | |"
    verdict = found.certificate.verdict
    if verdict != "verified":
        raise RuntimeError(f"the entropy of {law!r} is {verdict}")
    return f"| `{law!r}` | `{plain(found.expression)}` | {', '.join(found.conditions)} |"


def page() -> Iterator[str]:
    """The page, part by part."""
    laws = sorted((law() for law in LAWS), key=lambda law: law.name)
    yield OPENING + "\n".join(map(declared, laws)) + "\n"
    several = sorted((law() for law in (*VECTOR_LAWS, *PAIR_LAWS)), key=lambda law: law.name)
    yield ENTROPIES + "\n".join(map(derived, (*laws, *several))) + "\n"


if __name__ == "__main__":
    sys.stdout.writelines(page())
