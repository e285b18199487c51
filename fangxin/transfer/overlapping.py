"""The slices of an import, one behind another: the next is made while the database takes in the one
before.

They become durable in their order, each with the book that says how far the import is, and what one
reads is what the one before has left. When a slice comes to nothing, it and the one behind it are
written anew, one after the other.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fangxin.kernel.db import NotWritten
from fangxin.transfer.casting import Draft
from fangxin.transfer.ledger import Book
from fangxin.transfer.slices import Slices


@dataclass(frozen=True, slots=True)
class _Flight:
    """A slice that was made and is on its way: the book before it, what it holds, its COMMIT."""

    before: Book
    drafts: Sequence[Draft]
    made: Mapping[Any, Any]
    landing: asyncio.Future[None]


class Overlapping:
    """Writes slices in their order; what `write` returns is durable once `landed` has returned."""

    def __init__(self, slices: Slices) -> None:
        self._slices = slices
        self._flights: deque[_Flight] = deque()

    async def write(self, book: Book, drafts: Sequence[Draft], made: Mapping[Any, Any]) -> Book:
        """Make a slice and return the book behind it."""
        if not self._slices.independent(book):
            return await self._slices.write(book, drafts, made)
        last = self._flights[-1].landing if self._flights else None
        try:
            after, landing = await self._slices.write_ahead(book, drafts, made, last)
        except NotWritten:
            return await self._slices.write(await self._land(book, 0), drafts, made)
        self._flights.append(_Flight(book, drafts, made, landing))
        return await self._land(after, 1)

    async def landed(self, book: Book) -> Book:
        """Wait until all that was made is durable and return the book as it stands then; `book` is
        what `write` returned last.
        """
        return await self._land(book, 0)

    async def aclose(self) -> None:
        """Let what is on its way come to its end, whichever that is."""
        landings = [flight.landing for flight in self._flights]
        self._flights.clear()
        await asyncio.gather(*landings, return_exceptions=True)

    async def _land(self, book: Book, left: int) -> Book:
        while len(self._flights) > left:
            try:
                await self._flights[0].landing
            except NotWritten:
                return await self._anew()
            self._flights.popleft()
        return book

    async def _anew(self) -> Book:
        flights = list(self._flights)
        await self.aclose()
        book = flights[0].before
        for flight in flights:
            book = await self._slices.write(book, flight.drafts, flight.made)
        return book
