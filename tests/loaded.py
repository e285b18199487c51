"""What the process that commands are forked from has loaded (tests/typed.py)."""

from fangxin import cli
from fangxin.app import load_parts

__all__ = ["cli"]

load_parts()
