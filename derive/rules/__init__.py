"""WHAT IS TRUE: tables of first facts, one row a fact.

In: nodes of ``language``.  Out: rows that ``engine`` applies and ``check`` proves.
To add a differential of an operator: a row in ``differentials.py``; of an elementwise
function: a row in ``elementwise.py``; a domain: a row in ``domains.py``.  The truth
tests find the row by walking the table.
"""
