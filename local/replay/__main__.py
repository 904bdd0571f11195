"""`python -m local.replay` is `make replay`."""

import sys

from local.replay.main import main

sys.exit(main())
