"""`python -m wiseft`: the command line."""

import sys

from wiseft.cli import main

sys.exit(main())
