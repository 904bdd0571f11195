"""`python -m local` is `make run`."""

import sys

from local.run import main

sys.exit(main())
