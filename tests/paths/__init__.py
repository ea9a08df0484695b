"""The catalogue of paths: ``catalogue.py`` is the table, the other files are where and how each is gone.

``starts.py`` says what is there before; ``orders.py``, ``changes.py``, ``invoices.py``, ``goods.py`` and ``rules.py``
what is tried; ``life.py`` both, for customers who are late, not let in, blacklisted or past their trial; ``facts.py``
what came of it, read from the database apart from the add-ons' own figures.
"""
