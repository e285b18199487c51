"""Figures for Prometheus, summed over all worker processes of a machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """Counts requests by method, route and status, and their duration in seconds.

    With several workers each one writes into files of `folder`; whoever is asked adds them up.
    """

    def __init__(self, folder: Path | None) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            _forget_dead(folder)
            os.environ.setdefault(_FOLDER, str(folder))
        # the library chooses how it stores values when it is first imported
        import prometheus_client as library  # noqa: PLC0415
        from prometheus_client import multiprocess  # noqa: PLC0415

        self._library = library
        self.registry = library.CollectorRegistry()
        own = library.CollectorRegistry() if folder is not None else self.registry
        if folder is not None:
            multiprocess.MultiProcessCollector(self.registry)  # type: ignore[no-untyped-call]
        self._requests = library.Counter(
            "fangxin_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=own,
        )
        self._seconds = library.Histogram(
            "fangxin_request_seconds",
            "Time from the request to the end of its answer.",
            ["method", "route"],
            registry=own,
            buckets=_BUCKETS,
        )
        self._children: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note one answer."""
        key = (method, route, status)
        found = self._children.get(key)
        if found is None:
            found = (
                self._requests.labels(method, route, str(status)),
                self._seconds.labels(method, route),
            )
            self._children[key] = found
        found[0].inc()
        found[1].observe(seconds)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return self._library.generate_latest(self.registry)

    @property
    def media_type(self) -> str:
        """The media type of `text`, without the charset: that is added to every text answered."""
        return self._library.CONTENT_TYPE_LATEST.partition("; charset=")[0]


def _forget_dead(folder: Path) -> None:
    """Remove the files of processes that have ended, else they would pile up with every restart."""
    for path in folder.glob("*_*.db"):
        number = path.stem.rpartition("_")[2]
        if number.isdigit() and not Path(f"/proc/{number}").exists() and Path("/proc").exists():
            path.unlink(missing_ok=True)
