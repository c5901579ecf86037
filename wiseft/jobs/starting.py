"""Workers are started by whoever submits a job, and live longer than it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from wiseft.errors import storage_errors
from wiseft.jobs.devices import device_lock, start_mark, visible_devices
from wiseft.jobs.ledger import Ledger
from wiseft.jobs.locks import is_held
from wiseft.jobs.permission import refuse_read_only
from wiseft.jobs.records import LOCAL
from wiseft.workspace import Workspace

PROGRAM = (sys.executable, "-m", "wiseft", "work")
"""What a worker process runs."""

START_SECONDS = 20.0
"""After which a process that has not come to take its device is taken for dead."""

NICENESS = 10
"""Of a worker: pages go first where cores are few; where they are free it is as fast as without."""

LOG = "workers.log"
"""What worker processes print, in the folder of the ledger."""

# On Windows, what a session of its own is elsewhere: Ctrl-C in the terminal does not reach it.
_OWN_GROUP = (
    subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    if sys.platform == "win32"
    else 0
)


def start_workers(workspace: Workspace, program: Sequence[str] = PROGRAM) -> int:
    """Start workers for jobs that wait, on devices that have none; it returns at once.

    It costs little where there is nothing to do, so whoever watches the queue may call it at every
    look: a job that waits for a worker that died is then taken up by another.

    Args:
        workspace: whose jobs are run.
        program: the command line of a worker.

    Returns:
        how many processes were started: as many as there are waiting jobs and free devices.

    Raises:
        WiseftError: in read-only mode, or where the folder of the jobs cannot be written.
    """
    refuse_read_only()
    queue = Ledger(workspace.jobs).queue()
    waiting = sum(job.request.backend == LOCAL for job in queue)
    if not waiting:
        return 0
    locks = [device_lock(workspace.jobs, device) for device in visible_devices()]
    # Nobody but workers and this line takes these locks: two that start a worker at the same
    # moment cannot both find it held.
    free = [lock for lock in locks if not is_held(lock) and not _is_starting(lock)][:waiting]
    for lock in free:
        with storage_errors(lock):
            lock.parent.mkdir(exist_ok=True)
            start_mark(lock).touch()
        _start(workspace, program)
    return len(free)


def _is_starting(lock: Path) -> bool:
    """Whether a worker that was started for a device has not come as far as its lock yet."""
    try:
        return time.time() - start_mark(lock).stat().st_mtime < START_SECONDS
    except OSError:
        return False


def _start(workspace: Workspace, program: Sequence[str]) -> None:
    """Start one process that neither the end of this one nor Ctrl-C in its terminal ends."""
    log = workspace.jobs / LOG
    with storage_errors(log), log.open("ab") as output:
        process = subprocess.Popen(
            list(program),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "WISEFT_DATA": str(workspace.root.resolve())},
            start_new_session=True,
            creationflags=_OWN_GROUP,
        )
    if hasattr(os, "setpriority"):
        with suppress(OSError):  # it may be gone already
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    # Someone must ask for the exit status, or the process stays in the table as a zombie.
    threading.Thread(target=process.wait, daemon=True).start()
