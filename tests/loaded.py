"""What the process that commands are forked from has loaded (tests/typed.py)."""

from granian import Granian

from fangxin import cli, worker
from fangxin.api import app
from fangxin.app import load_parts
from fangxin.demo import command as demo
from fangxin.kernel import postgres, sqlite
from fangxin.migrations import migrate
from fangxin.moving import command as moving

__all__ = ["Granian", "app", "cli", "demo", "migrate", "moving", "postgres", "sqlite", "worker"]

load_parts()
