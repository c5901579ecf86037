"""The real tasks, for workers that know the tiny architectures of the tests."""

import tests.models  # noqa: F401
from wiseft.tasks import TASKS

__all__ = ["TASKS"]
