"""``python -m training.evaluate``."""

from training.evaluate.report import main

main()
