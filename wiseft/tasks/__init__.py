"""What a job does: each task takes its checked arguments and a `Context`, and returns a result.

They are thin: the work is done by the functions that a notebook would call. torch is loaded when
the first of them runs, in a worker and nowhere else.
"""

from wiseft.jobs.context import Task
from wiseft.registry import Registry
from wiseft.tasks.evaluation import evaluate, predict, sweep
from wiseft.tasks.training import finetune, rehearse
from wiseft.tasks.zeroshot import zeroshot

TASKS = Registry[Task](
    "task",
    {
        "finetune": finetune,
        "sweep": sweep,
        "zeroshot": zeroshot,
        "rehearse": rehearse,
        "evaluate": evaluate,
        "predict": predict,
    },
)

__all__ = ["TASKS"]
