"""A worker process for tests: `python -m tests.jobs.work IDLE [real]`.

With `real` it has the tasks of wiseft, and knows the tiny architectures of the tests.
"""

from __future__ import annotations

import sys

from tests.jobs.tasks import TASKS
from wiseft.jobs.worker import Worker
from wiseft.workspace import Workspace


def main() -> None:
    tasks = TASKS
    if "real" in sys.argv:
        import tests.models  # noqa: F401
        from wiseft.tasks import TASKS as REAL

        tasks = REAL
    Worker(Workspace(), tasks, ("cpu",), idle_seconds=float(sys.argv[1])).run()


if __name__ == "__main__":
    main()
