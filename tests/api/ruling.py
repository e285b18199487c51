"""What the tests of rules share."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

Client = httpx.AsyncClient


def errors(answer: httpx.Response) -> dict[str, tuple[str, str]]:
    """Return (code, message) of a refusal by pointer."""
    assert answer.status_code == 422, (answer.status_code, answer.text)
    return {each["pointer"]: (each["code"], each["message"]) for each in answer.json()["errors"]}


async def made(client: Client, path: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(f"/{path}", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
async def admin(house: Any) -> Client:
    client: Client = await house.program("admin")
    return client


RICH = {"field": "annual_revenue", "op": ">", "value": "1000000"}
DEAR = {
    "name": "Rich accounts name their industry",
    "names": {"en": "Rich accounts name their industry", "zh-CN": "大客户要写行业"},
    "of_object": "accounts",
    "kind": "validation",
    "condition": {"all": [RICH, {"field": "industry", "op": "empty"}]},
    "field": "industry",
    "messages": {"en": "Which industry?", "zh-CN": "请填写行业"},
}
