"""Say what is missing before a virtual environment is made. Runs on any Python 3."""

import importlib.util
import sys

if sys.version_info < (3, 11):
    version = "{}.{}".format(*sys.version_info[:2])
    sys.exit(f"Python 3.11 or later is needed, {sys.executable} is {version}. Try: make PYTHON=…")
if importlib.util.find_spec("ensurepip") is None:
    sys.exit("The module ensurepip is missing. On Debian and Ubuntu: apt-get install python3-venv")
