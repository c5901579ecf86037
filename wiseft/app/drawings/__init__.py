"""Figures that the page draws itself: they follow alpha at once, and only what moves is drawn anew.

Each is described once, in `along`, `squares` and `rows`, as JSON without its two alphas, so that
the description is the same text wherever they stand; the scripts beside them draw it.
"""
