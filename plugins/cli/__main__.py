"""``python -m plugins.cli``: the same as ``attune``, for processes that this one starts."""

from importlib import import_module

# By name: the composition root stands above every layer and is not imported from below.
import_module("wsgi").main()
