"""What a command is, and the arguments that several of them share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from wiseft.cli.show import Console
from wiseft.specs import Precision

Result = tuple[dict[str, Any], Sequence[str]]
"""What a command found: an object for `--json`, and the same in lines for people."""


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        name: the word on the command line.
        summary: one line for the list of commands.
        description: what it does, for its own help.
        example: a line that works on the embedded default, or shows where one's own data goes.
        add_arguments: declares its arguments, `--json` left out.
        run: does it.
        writes: whether it computes or changes what is kept: it is refused in read-only mode.
    """

    name: str
    summary: str
    description: str
    example: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Console], Result]
    writes: bool = False


def add_device(parser: argparse.ArgumentParser) -> None:
    """`--device`."""
    parser.add_argument("--device", help="cpu, cuda, cuda:1, mps (default: the best there is)")


def add_precision(parser: argparse.ArgumentParser, default: str | None, note: str) -> None:
    """`--precision`."""
    parser.add_argument(
        "--precision",
        choices=get_args(Precision),
        default=default,
        help=f"of the forward pass (default: {note})",
    )


def add_dtype(parser: argparse.ArgumentParser) -> None:
    """`--dtype`."""
    parser.add_argument(
        "--dtype",
        choices=("float32", "float16"),
        default="float32",
        help="of the weights in the file; float16 halves it (default: float32)",
    )


def add_benchmark(parser: argparse.ArgumentParser) -> None:
    """The benchmark, by position."""
    parser.add_argument("benchmark", help="signs, or a folder with train/, test/ and shifts")


def positive(text: str) -> int:
    """A whole number of at least 1, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of at least 1")
    return number
