"""Names of the densities on a page about a posterior."""

from __future__ import annotations

from dataclasses import dataclass

from derive.language.expression import Node, symbol
from derive.probability.question import free_name


@dataclass(frozen=True)
class Letters:
    """Names of the densities on a page: sample, prior, evidence, posterior, a constant."""

    likelihood: Node
    prior: Node
    evidence: Node
    posterior: Node
    constant: Node

    @classmethod
    def beside(cls, taken: set[str]) -> Letters:
        """Names that stand for nothing else."""
        choices = (("f", "f_"), ("g", "g_"), ("m", "Z", "m_"), ("q", "q_"), ("c", "C", "c_"))
        return cls(*(symbol(free_name(names, taken)) for names in choices))
