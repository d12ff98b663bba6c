"""``python -m core.language.service customer FILE``."""

import sys

from core.language.service.score import main

sys.exit(main(sys.argv[1:]))
