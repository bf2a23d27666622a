"""Sample statistics: where a sample lies, how it spreads, how two go together.

Comes in: arrays of numbers.  Goes out: numbers; from ``statistic_derivation`` a ``Derivation``.

``averages`` and ``spread`` compute, ``reading`` refuses.  The mathematics of a statistic is a
page and a row in ``statistic_derivation.PAGES``.
"""
