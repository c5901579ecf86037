"""Tables to Plotly figures, for notebooks and reports, and for what no page draws itself."""

from wiseft.charts.alpha import alpha_figure
from wiseft.charts.classes import class_scatter_figure, worst_class_figure
from wiseft.charts.counts import counts_figure
from wiseft.charts.distances import distance_figure
from wiseft.charts.effective import effective_robustness_figure
from wiseft.charts.explore import explore_figure
from wiseft.charts.frontier import frontier_figure
from wiseft.charts.published import published_figure
from wiseft.charts.template import template

__all__ = [
    "alpha_figure",
    "class_scatter_figure",
    "counts_figure",
    "distance_figure",
    "effective_robustness_figure",
    "explore_figure",
    "frontier_figure",
    "published_figure",
    "template",
    "worst_class_figure",
]
