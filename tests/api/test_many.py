"""Before and while many are written: how many one may change, and stopping half way."""

from __future__ import annotations

from fangxin.data import mass
from fangxin.worker import Worker


async def test_a_preview_counts_what_one_may_change(house):
    lin, admin = await house.browser("lin"), await house.browser("admin")
    ids = [(await lin.post("/accounts", json={"name": f"Many {n}"})).json()["id"] for n in range(3)]
    ids.append((await admin.post("/accounts", json={"name": "Many of others"})).json()["id"])
    tree = {"field": "name", "op": "starts_with", "value": "Many"}
    for body in ({"ids": ids}, {"filter": tree}, {"filter": tree, "q": "Many"}):
        for deed in ({}, {"delete": True}):
            for client in (admin, lin):
                seen = (await client.post("/accounts/bulk/preview", json={**body, **deed})).json()
                if client is admin:
                    assert seen == {"total": 4, "allowed": 4}
                elif not deed:
                    assert seen["allowed"] == 3
    edit = {"filter": tree, "set": {"description": "many"}}
    assert (await lin.post("/accounts/bulk", json=edit)).json()["changed"] == 3
    refused = await lin.post("/accounts/bulk/preview", json={})
    assert refused.status_code == 422


async def test_what_is_refused_leaves_no_change_set_and_says_why_in_words(house):
    lin, admin = await house.browser("lin"), await house.browser("admin")
    made = (await lin.post("/accounts", json={"name": "Refused"})).json()["id"]
    sets = (await admin.get("/change_sets")).json()["items"]
    batches = (
        {"create": [{"name": ""}, {"name": "Many", "employees": "many"}]},
        {"update": [{"id": made, "name": ""}], "delete": [made[:-1] + "x"]},
        # what stands there already is no change
        {"update": [{"id": made, "name": "Refused"}]},
        {"update": [{"id": made, "name": "Refused"}], "atomic": True},
    )
    for body in batches:
        answer = await lin.post("/accounts/batch", json=body)
        assert (answer.status_code, answer.json()["change_set"]) == (200, None), answer.text
    same = {"ids": [made], "set": {"name": "Refused"}}
    answer = (await lin.post("/accounts/bulk", json=same)).json()
    assert (answer["changed"], answer["change_set"]) == (0, None)
    assert (await admin.get("/change_sets")).json()["items"] == sets
    held = (
        await lin.post("/contracts", json={"account": made, "name": "Frame", "total": 9})
    ).json()
    plan = {"instalments": [{"due_on": "2030-01-02", "amount": "9"}]}
    done = await lin.post(f"/contracts/{held['id']}/actions/plan_payments", json=plan)
    assert done.status_code == 200, done.text
    body = {"ids": [held["id"]], "delete": True}
    answer = (await admin.post("/contracts/bulk", json=body)).json()
    assert [(each["code"], "{" in each["message"]) for each in answer["skipped"]] == [
        ("in_use", False)
    ]
    half = {"create": [{"name": "Half"}, {"name": ""}]}
    answer = (await lin.post("/accounts/batch", json=half)).json()
    (newest, *_) = (await admin.get("/change_sets")).json()["items"]
    assert (newest["id"], newest["count"]) == (answer["change_set"], 1)


async def test_a_job_is_stopped_between_two_slices(house, monkeypatch):
    admin = await house.browser("admin")
    monkeypatch.setattr("fangxin.api.actions.AT_ONCE", 1)
    monkeypatch.setattr("fangxin.records.bulk.SLICE", {"postgresql": 2, "sqlite": 2})
    for number in range(5):
        await admin.post("/accounts", json={"name": f"Slice {number}"})
    tree = {"field": "name", "op": "starts_with", "value": "Slice"}
    body = {"filter": tree, "set": {"description": "stopped"}}
    begun = (await admin.post("/accounts/bulk", json=body)).json()
    real = mass.bulk.bulk

    async def stopping(*args, progress, **more):
        async def then_stop(done):
            answer = await admin.post(f"/jobs/{begun['job']}/cancel", json={})
            assert answer.json()["state"] == "cancelled", answer.text
            await progress(done)

        return await real(*args, progress=then_stop, **more)

    monkeypatch.setattr(mass.bulk, "bulk", stopping)
    worker = Worker(house.installation, handlers=mass.JOBS)
    (run,) = await worker.leases.claim(1)
    await worker._run(run)
    assert (await admin.get(f"/jobs/{begun['job']}")).json()["state"] == "cancelled"
    found = {"field": "description", "op": "is", "value": "stopped"}
    asked = {"filter": found, "count": "exact"}
    assert (await admin.post("/accounts/query", json=asked)).json()["count"]["value"] == 2
    undone = await admin.post(f"/change_sets/{begun['change_set']}/undo", json={})
    assert undone.json()["undone"] == 2, undone.text
    assert (await admin.post("/accounts/query", json=asked)).json()["count"]["value"] == 0
    again = await admin.post(f"/jobs/{begun['job']}/cancel", json={})
    assert again.json()["state"] == "cancelled"


async def test_no_circle_is_left_where_some_of_a_batch_are_refused(house):
    admin = await house.browser("admin")
    made = [(await admin.post("/accounts", json={"name": f"Ring {n}"})).json()["id"] for n in "abc"]
    a, b, c = made
    await admin.patch(f"/accounts/{b}", json={"parent": a})
    asked = (
        # b stays below a, since c would come below it
        ([409, 409, 200], {a: b, b: c, c: b}, {}),
        # b does not leave a, for want of a name
        ([409, 422], {a: b, b: None}, {b: {"name": None}}),
    )
    for expected, parents, more in asked:
        body = [{"id": id_, "parent": to, **more.get(id_, {})} for id_, to in parents.items()]
        answer = (await admin.post("/accounts/batch", json={"update": body})).json()
        told = {each["id"]: each["status"] for each in answer["results"]}
        assert [told[id_] for id_ in parents] == expected, answer
        rows = [(await admin.get(f"/accounts/{id_}")).json()["parent"] for id_ in made]
        assert [row and row["id"] for row in rows] == [None, a, b]
