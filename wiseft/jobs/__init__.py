"""Jobs: computations that outlive the process that asked for them, each a folder on disk.

    ledger = Ledger(workspace.jobs)
    job = ledger.submit(Request("sweep", {"zeroshot": ..., "finetuned": ..., "benchmark": ...}))
    start_workers(workspace)
    job.wait()

Nothing here loads torch: pages, terminals and notebooks submit and watch; workers compute.
"""

from wiseft.jobs.grids import finetune_grid
from wiseft.jobs.job import Job
from wiseft.jobs.ledger import Ledger
from wiseft.jobs.permission import read_only
from wiseft.jobs.records import Request, State, Status
from wiseft.jobs.starting import start_workers

__all__ = [
    "Job",
    "Ledger",
    "Request",
    "State",
    "Status",
    "finetune_grid",
    "read_only",
    "start_workers",
]
