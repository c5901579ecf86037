"""The command line: one command for each verb of the library, with the same words."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from wiseft import __version__
from wiseft.cli.command import Command
from wiseft.cli.errors import ERRORS
from wiseft.cli.finetune import FINETUNE
from wiseft.cli.jobs import CANCEL, JOBS, RESUME, SUBMIT, WORK
from wiseft.cli.models import MERGE, PREDICT, PRETRAIN, ZEROSHOT
from wiseft.cli.results import DOCTOR, FRONTIER, RUNS, SWEEP
from wiseft.cli.show import Console
from wiseft.errors import WiseftError
from wiseft.jobs.permission import refuse_read_only
from wiseft.registry import Registry

COMMANDS = Registry[Command](
    "command",
    {
        each.name: each
        for each in (
            ZEROSHOT,
            FINETUNE,
            SWEEP,
            FRONTIER,
            ERRORS,
            MERGE,
            PREDICT,
            PRETRAIN,
            RUNS,
            SUBMIT,
            JOBS,
            CANCEL,
            RESUME,
            WORK,
            DOCTOR,
        )
    },
)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line, a sub-parser for each command."""
    root = argparse.ArgumentParser(
        prog="python -m wiseft",
        description="Mix the weights of a zero-shot and a fine-tuned model, and see what it costs.",
    )
    root.add_argument("--version", action="version", version=__version__)
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS.values():
        sub = commands.add_parser(
            command.name,
            help=command.summary,
            description=command.description,
            epilog=f"example:\n  {command.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(sub)
        sub.add_argument("--json", action="store_true", help="print the result as JSON")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        the exit code: 0, 2 for bad input, 130 when interrupted, 141 where nobody reads to the end.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    options = parser().parse_args(arguments)
    console = Console(as_json=options.json)
    try:
        command = COMMANDS[options.command]
        if command.writes:
            refuse_read_only()
        console.result(*command.run(options, console))
    except WiseftError as error:
        console.close()
        print(f"wiseft: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        console.close()
        print("wiseft: interrupted; what was finished is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # as in `| head`
        # At its end Python writes what is left, and would complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return 0
