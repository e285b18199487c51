"""Say what is missing before a virtual environment is made. Runs on any Python, in plain ASCII."""

import sys

if sys.version_info < (3, 11):
    version = "%d.%d" % sys.version_info[:2]
    sys.exit("Python 3.11 or later is needed, this is %s. Try: make PYTHON=python3.11" % version)

import importlib.util

if importlib.util.find_spec("ensurepip") is None:
    sys.exit("The module ensurepip is missing. On Debian and Ubuntu: apt-get install python3-venv")
