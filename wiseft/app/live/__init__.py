"""The live part of the Frontier page: a component that follows alpha in the browser."""

from wiseft.app.live.component import Wish, live_frontier, wished
from wiseft.app.live.data import Flag, LiveView, live_data, shift_titles

__all__ = [
    "Flag",
    "LiveView",
    "Wish",
    "live_data",
    "live_frontier",
    "shift_titles",
    "wished",
]
