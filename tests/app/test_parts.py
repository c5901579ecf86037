"""Tables, downloads and colours: what the pages are made of."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import replace
from math import nan

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from tests.app.conftest import ROOT
from tests.app.pages import text_of
from wiseft.app.downloads import to_csv, to_parquet
from wiseft.app.rows import Row
from wiseft.app.tables import sets_in_numbers
from wiseft.app.theme import alpha_colour
from wiseft.frontier import MEAN
from wiseft.metrics import Difference
from wiseft.palette import palette
from wiseft.steps import Best


@given(st.text())
def test_no_cell_of_a_file_is_a_formula_and_none_is_lost(text: str):
    table = pd.DataFrame({"set": [text], "change": [-0.5]})
    content = io.StringIO(to_csv(table).decode("utf-8"), newline="")
    _, (cell, change) = csv.reader(content)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell.removeprefix("'") == text.removeprefix("'")
    assert change == "-0.5"


def test_a_file_holds_all_figures_in_full():
    third = 1 / 3
    content = to_csv(pd.DataFrame({"set": ["=day"], "accuracy": [third]})).decode("utf-8")
    assert list(csv.reader(io.StringIO(content))) == [["set", "accuracy"], ["'=day", repr(third)]]


def test_the_name_of_a_column_is_no_formula_either():
    content = to_csv(pd.DataFrame({"=1+1": [2], "plain": [3]})).decode("utf-8")
    assert content == "'=1+1,plain\r\n2,3\r\n"


def test_a_parquet_file_keeps_types_texts_and_gaps():
    table = pd.DataFrame(
        {
            "set": ["=day", None],
            "class_id": np.array([3, 4]),
            "accuracy": [1 / 3, np.nan],
            "correct": [True, False],
        }
    )
    found = pd.read_parquet(io.BytesIO(to_parquet(table)))
    assert found.dtypes["class_id"] == np.int64
    assert found.dtypes["correct"] == np.bool_
    assert found["accuracy"].equals(table["accuracy"])
    assert found["set"][0] == "=day"
    assert pd.isna(found["set"][1])


def test_a_table_is_offered_as_csv_and_parquet():
    def script() -> None:
        import pandas as pd

        from wiseft.app.downloads import download_table

        download_table("Download these numbers", "one", lambda: pd.DataFrame({"a": [1]}))
        download_table("Download these numbers", "two", lambda: pd.DataFrame({"a": [1]}))

    app = AppTest.from_function(script).run()
    assert not app.exception
    labels = [each.proto.label for each in app.get("download_button")]
    assert labels == ["Download these numbers (CSV)", "Parquet"] * 2


def row(name: str, accuracy: float, found: Difference, count: int = 100) -> Row:
    return Row(
        name=name,
        title=f"<{name}>",
        note="",
        count=count,
        accuracy=accuracy,
        low=accuracy - 0.01,
        high=accuracy + 0.03,
        ends={"finetuned": accuracy - found.value},
        changes={"finetuned": found},
        best=Best(max(accuracy, accuracy - found.value), 0.5, 0.5),
    )


def test_a_change_is_coloured_only_where_it_is_clear():
    html = sets_in_numbers(
        [
            row("a", 0.8, Difference(0.1, 0.05, 0.15, 100)),
            row("b", 0.7, Difference(-0.1, -0.2, -0.05, 100)),
            row(MEAN, 0.6, Difference(0.1, -0.05, 0.15, 100)),
        ],
        alpha=0.5,
    )
    assert [html.count(f'class="{kind}"') for kind in ("gain", "loss", "unclear")] == [1, 1, 1]
    assert "&lt;a&gt;" in html
    assert "80.0 70.0 +10.0 ±5.0" in text_of(html)


def test_a_set_without_images_has_dashes():
    empty = row("a", nan, Difference(nan, -1, 1, 0), count=0)
    assert text_of(sets_in_numbers([empty], alpha=0.5)).endswith("<a> 0 – – – – – 0.50")


def test_the_theme_has_the_colours_of_the_palette():
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    for scheme, dark in (("light", False), ("dark", True)):
        colours = palette(dark)
        assert theme[scheme] == {
            "primaryColor": colours.ink,
            "backgroundColor": colours.paper,
            "secondaryBackgroundColor": colours.raised,
            "textColor": colours.ink,
            "linkColor": colours.ink,
            "borderColor": colours.hairline,
        }


def test_the_colour_of_alpha_is_the_ramp_of_both_schemes():
    assert alpha_colour(0.0) == (f"light-dark({palette().zeroshot}, {palette(dark=True).zeroshot})")
    assert len({alpha_colour(alpha) for alpha in np.linspace(0, 1, 11)}) == 11


def test_where_a_set_is_best_is_an_alpha_or_a_stretch():
    gain = Difference(0.1, 0.05, 0.15, 100)
    table = sets_in_numbers([replace(row("a", 0.7, gain), best=Best(0.8, 0.25, 0.3125))], 0.5)
    assert "0.250–0.312" in table
    assert "0.50</td>" in sets_in_numbers([row("a", 0.7, gain)], 0.5)
