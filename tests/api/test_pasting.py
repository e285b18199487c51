"""A block of cells from a spreadsheet: cast on the server, refused by cell, one change set."""

from __future__ import annotations


async def _made(client, **values):
    answer = await client.post("/accounts", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_block_is_cast_by_its_fields_and_undone_as_one(house):
    lin = await house.browser("lin")
    parent = await _made(lin, name="Parent of all")
    first, second = [await _made(lin, name=f"Pasted {n}", employees=n) for n in (1, 2)]
    fields = ["status", "employees", "annual_revenue", "parent", "created_at", "nonsense"]
    rows = [
        {"id": first["id"], "texts": ["Dormant", "1,200", "¥3,500.50", "Parent of all", "", ""]},
        {"id": second["id"], "texts": ["nowhere", "many", "", "No such thing", "2020-01-01", "x"]},
    ]
    answer = await lin.post("/accounts/cells", json={"fields": fields[:4], "rows": _cut(rows, 4)})
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert [(each["row"], each["field"]) for each in done["refused"]] == [
        (1, "status"),
        (1, "employees"),
        (1, "parent"),
    ]
    assert all(each["message"] and each["id"] == second["id"] for each in done["refused"])
    assert done["cells"] == 5
    now = (await lin.get(f"/accounts/{first['id']}")).json()
    assert (now["status"], now["employees"]) == ("dormant", 1200)
    assert (now["annual_revenue"]["amount"], now["parent"]["id"]) == ("3500.50", parent["id"])
    assert (await lin.get(f"/accounts/{second['id']}")).json()["employees"] == 2
    undone = await lin.post(f"/change_sets/{done['change_set']}/undo", json={})
    assert undone.status_code == 200, undone.text
    back = (await lin.get(f"/accounts/{first['id']}")).json()
    assert [back[key] for key in fields[:4]] == [first[key] for key in fields[:4]]
    answer = await lin.post("/accounts/cells", json={"fields": fields, "rows": rows[1:]})
    assert {each["field"] for each in answer.json()["refused"]} == {*fields} - {"annual_revenue"}


def _cut(rows, width):
    return [{**row, "texts": row["texts"][:width]} for row in rows]


async def test_what_one_may_not_change_stays_and_is_named(house):
    lin, zhao = await house.browser("lin"), await house.browser("zhao")
    own = await _made(lin, name="Of Lin")
    row = {"id": own["id"], "texts": ["Taken"]}
    answer = (await zhao.post("/accounts/cells", json={"fields": ["name"], "rows": [row]})).json()
    assert (answer["cells"], answer["change_set"]) == (0, None)
    assert [each["code"] for each in answer["refused"]] in (["not_found"], ["forbidden"])
    stale = {**row, "version": own["version"] + 7}
    answer = (await lin.post("/accounts/cells", json={"fields": ["name"], "rows": [stale]})).json()
    assert [each["code"] for each in answer["refused"]] == ["stale"]
    assert (await lin.get(f"/accounts/{own['id']}")).json()["name"] == "Of Lin"
    for body, pointer in (
        ({"fields": ["name"], "rows": [{**row, "texts": []}]}, "/rows/0/texts"),
        ({"fields": ["name", "name"], "rows": []}, "/fields/1"),
        ({"fields": ["name"], "rows": [row] * 1001}, "/rows"),
        ({"fields": ["name"], "rows": [{"texts": ["x"]}]}, "/rows/0"),
    ):
        refused = await lin.post("/accounts/cells", json=body)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"][0]["pointer"].startswith(pointer)
