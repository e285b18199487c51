"""kill -9 in the middle of each action of the chain: all of it is there, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import servers
from tests.crash.journal import sign_in
from tests.crash.test_kill import answers_of, check_chains, rows_of

MIDWAY = Path(__file__).resolve().parent / "midway" / "sitecustomize.py"
TABLES = (
    *("account", "opportunity", "quote", "contract", '"order"', "payment_plan", "payment"),
    *("lead", "contact", "change", "change_payload", "change_set", "search_row", "duplicate_key"),
    *("merged_record", "duplicate_pair"),
)
STORED = [f"SELECT * FROM {name}" for name in TABLES]
# in the midst, right before COMMIT and not at all by turns, so that each step meets one kind of
# database; all of them at each step on both take minutes
MOMENTS = (((4,), (), (0,), ()), pytest.param(((2, 5, 9, 0),), marks=pytest.mark.long))
pytestmark = pytest.mark.crash


class Walker:
    """A server that dies at a statement, and its client, which asks again with the same key."""

    def __init__(self, url: str, folder: Path) -> None:
        self.moments: tuple[tuple[int, ...], ...] = ()
        self.url, self.folder = url, folder
        self.armed = folder / "armed"
        self.server = servers.fork(url, folder, first=MIDWAY)
        self.server.wait()
        self.token = sign_in(self.server.url)
        self.steps = self.deaths = 0

    def send(self, path: str, body: Any, key: str | None = None) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self.token}"}
        headers |= {"idempotency-key": key} if key else {}
        address = f"{self.server.url}/api/v1{path}"
        answer = httpx.post(address, json=body, headers=headers, timeout=30)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    def stored(self) -> list[Any]:
        return [sorted(map(str, rows)) for rows in answers_of(self.url, *STORED)]

    def step(self, path: str, body: Any) -> dict[str, Any]:
        """Die at each moment of a step and find nothing of it; then do it."""
        self.steps += 1
        key, before = f"step {self.steps}", self.stored()
        turn = self.steps + self.url.startswith("postgresql")
        for moment in self.moments[turn % len(self.moments)]:
            self.armed.write_text(str(moment))
            try:
                done = self.send(path, body, key)
            except httpx.TransportError:
                self.deaths += 1
                self.server.process.wait(20)
                assert self.stored() == before, (path, moment)
                self.server = servers.fork(self.url, self.folder, first=MIDWAY)
                self.server.wait()
            else:
                # it has fewer statements than that
                self.armed.unlink()
                return done
        done = self.send(path, body, key)
        assert self.stored() != before
        return done


@pytest.fixture
def walker(database_url, tmp_path, monkeypatch) -> Iterator[Walker]:
    monkeypatch.setenv("HALT_FILE", str(tmp_path / "armed"))
    made = Walker(database_url, tmp_path)
    yield made
    made.server.stop()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("moments", MOMENTS)
def test_each_action_happens_whole_or_not_at_all(
    walker: Walker, moments: tuple[tuple[int, ...], ...]
) -> None:
    walker.moments = moments

    def act(path: str, record: dict[str, Any], action: str, **body: Any) -> dict[str, Any]:
        return walker.step(f"/{path}/{record['id']}/actions/{action}", body)

    lead = walker.send("/leads", {"name": "Ann", "company": "Huaxing Ltd", "phone": "13800138000"})
    lead = act("leads", lead, "convert")
    deal = lead["opportunity"]
    offer = act("opportunities", deal, "create_quote")["quote"]
    lines = [{"quantity": "3", "unit_price": "33.33", "tax_percent": "13"}]
    headers = {"authorization": f"Bearer {walker.token}"}
    address = f"{walker.server.url}/api/v1/quotes/{offer['id']}"
    assert httpx.patch(address, json={"lines": lines}, headers=headers).status_code == 200
    act("quotes", offer, "send")
    act("quotes", offer, "accept")
    contract = act("quotes", offer, "create_contract")["contract"]
    act("contracts", contract, "sign")
    order = act("contracts", contract, "create_order")["order"]
    act("orders", order, "confirm")
    act("orders", order, "cancel", reason="Later")
    parts = [
        {"due_on": "2040-01-31", "amount": "100"},
        {"due_on": "2040-02-28", "amount": "12.99"},
    ]
    act("contracts", contract, "plan_payments", instalments=parts)
    paid = walker.step("/payments", {"contract": contract["id"], "amount": "100"})
    act("payments", paid, "reverse", reason="Bounced")
    act("contracts", contract, "void", reason="Over")
    twin = walker.send("/accounts?allow_duplicates=true", {"name": "Huaxing"})
    act("accounts", twin, "merge", other=lead["account"]["id"])
    assert rows_of(walker.url, "SELECT account_id FROM contract")[0][0] == twin["id"]
    assert walker.deaths > walker.steps // len(moments)
    check_chains(walker.url)
    doctor = rows_of(walker.url, "SELECT state, received, planned FROM contract")
    assert [tuple(row) for row in doctor] == [("void", 0, 0)]
