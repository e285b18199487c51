"""Merging: everything follows, the old id leads on, nothing is lost, and all of it comes back."""

from __future__ import annotations

import asyncio

import pytest

from fangxin.access.contexts import context_for_user
from fangxin.fields.base import Field
from fangxin.fields.link import Reference
from fangxin.fields.many import LinkMany, many_of
from fangxin.history.change_sets import change_sets
from fangxin.history.merged import merged_into
from fangxin.history.timeline import timeline
from fangxin.history.undo import undo
from fangxin.kernel.errors import Conflict, FangxinError, Forbidden, Invalid, NotFound
from fangxin.kernel.ids import named_id
from fangxin.merging.known import look_up
from fangxin.merging.leading import or_merged, seen_after_merge
from fangxin.merging.likely import likely
from fangxin.merging.merge import preview
from fangxin.merging.references import Pointer
from fangxin.records import engine, reading
from fangxin.records.act import act
from fangxin.records.bulk import batch
from fangxin.sharing.share import Holder, Share, Sharing, share, shares


@pytest.fixture
async def lin(begun, admin):
    body = {"name": "Lin", "email": "lin@demo.local", "role": named_id("role", "sales")}
    made = await engine.create(admin, "user", body)
    return await context_for_user(begun, made["id"], "api")


async def twice(ctx):
    """Two companies that are one, each with what hangs on it."""
    kept = await engine.create(
        ctx, "account", {"name": "Acme Ltd", "phone": "+862112345678", "tags": ["a", "b"]}
    )
    body = {"name": "Acme Limited", "email": "info@acme.example.com", "tags": ["b", "c"]}
    gone = await engine.create(ctx, "account", body, allow_duplicates=True)
    return kept, gone


async def hung_on(ctx, account):
    about = {"object": "account", "id": account["id"]}
    contact = await engine.create(ctx, "contact", {"name": "Li Na", "account": account["id"]})
    task = await engine.create(ctx, "task", {"subject": "Call", "about": about})
    note = await engine.create(ctx, "activity", {"kind": "note", "subject": "Met", "about": about})
    child = await engine.create(ctx, "account", {"name": "Below", "parent": account["id"]})
    deal = {"name": "Big", "account": account["id"], "total": "100"}
    contract = await engine.create(ctx, "contract", deal)
    await act(ctx, "contract", contract["id"], "sign", {"signed_on": "2026-01-01"})
    binned = await engine.create(ctx, "contact", {"name": "Old Li", "account": account["id"]})
    await engine.delete(ctx, "contact", binned["id"])
    return {
        "contact": (contact, "account"),
        "task": (task, "about"),
        "activity": (note, "about"),
        "account": (child, "parent"),
        "contract": (contract, "account"),
    }, binned


async def targets(ctx, hung):
    return {
        name: (await reading.get(ctx, name, made["id"], [link]))[link]["id"]
        for name, (made, link) in hung.items()
    }


async def test_all_follows_and_comes_back(admin, begun):
    kept, gone = await twice(admin)
    hung, binned = await hung_on(admin, gone)
    await engine.update(admin, "account", kept["id"], {"parent": gone["id"]})
    shown = await preview(admin, "accounts", kept["id"], gone["id"])
    assert shown["allowed"]
    counted = {each["object"]: each["count"] for each in shown["references"]}
    assert counted == {"contact": 1, "task": 1, "activity": 1, "account": 2, "contract": 1}

    merged = await act(admin, "account", kept["id"], "merge", {"other": gone["id"]})
    assert (merged["name"], merged["phone"]) == ("Acme Ltd", "+862112345678")
    assert merged["email"] == "info@acme.example.com", "what was empty is filled"
    assert merged["tags"] == ["a", "b", "c"]
    assert merged["parent"] is None, "nobody stands below himself"
    assert set((await targets(admin, hung)).values()) == {kept["id"]}
    with pytest.raises(NotFound):
        await reading.get(admin, "account", gone["id"])
    assert await seen_after_merge(admin, "account", gone["id"]) == kept["id"]
    with pytest.raises(Conflict) as told:
        await or_merged(admin, "account", gone["id"], engine.delete(admin, "account", gone["id"]))
    assert told.value.extra["into"]["id"] == kept["id"]
    back = await engine.restore(admin, "contact", binned["id"])
    assert back["account"]["id"] == kept["id"], "what lay in the recycle bin has followed"
    line = await timeline(admin, "account", kept["id"], limit=100)
    assert {"create", "change", "task", "activity"} <= {each["kind"] for each in line["items"]}
    own = [each["kind"] for each in line["items"] if "of" not in each]
    assert own.count("create") == 2, "both beginnings are told"

    await taken_apart(admin, kept, gone, hung, binned)


async def taken_apart(admin, kept, gone, hung, binned):
    # somebody goes on working before
    await engine.update(admin, "account", kept["id"], {"email": "new@acme.example.com"})
    found = (await change_sets(admin, object="account"))["items"]
    merge = next(each for each in found if each["kind"] == "merge")
    undone = await undo(admin, merge["id"])
    assert [(c["field"], c["code"]) for c in undone["conflicts"]] == [("email", "changed_since")]
    assert set((await targets(admin, hung)).values()) == {gone["id"]}
    restored = await reading.get(admin, "account", gone["id"])
    assert restored["email"] == "info@acme.example.com"
    assert restored["tags"] == ["b", "c"]
    again = await reading.get(admin, "account", kept["id"])
    assert (again["email"], again["tags"]) == ("new@acme.example.com", ["a", "b"])
    assert again["parent"]["id"] == gone["id"]
    assert await merged_into(admin, "account", gone["id"]) is None
    assert (await reading.get(admin, "contact", binned["id"]))["account"]["id"] == gone["id"]
    await put_together_again(admin, kept, gone, hung, undone["change_set"])


async def put_together_again(admin, kept, gone, hung, taken_apart):
    """Undoing that a merge was undone, and that once more."""
    newer = await engine.create(admin, "contact", {"name": "New", "account": gone["id"]})
    with pytest.raises(Conflict) as refused:
        await undo(admin, taken_apart)
    assert refused.value.code == "in_use", "what was hung on it since would hang on nothing"
    assert set((await targets(admin, hung)).values()) == {gone["id"]}
    assert await merged_into(admin, "account", gone["id"]) is None
    await engine.delete(admin, "contact", newer["id"])
    await engine.purge(admin, "contact", newer["id"])

    merged = await undo(admin, taken_apart)
    assert merged["conflicts"] == []
    assert set((await targets(admin, hung)).values()) == {kept["id"]}
    stayed = await reading.get(admin, "account", kept["id"])
    assert (stayed["tags"], stayed["parent"]) == (["a", "b", "c"], None)
    assert await seen_after_merge(admin, "account", gone["id"]) == kept["id"], "it leads on again"
    await undo(admin, merged["change_set"])
    assert set((await targets(admin, hung)).values()) == {gone["id"]}
    assert await merged_into(admin, "account", gone["id"]) is None


async def test_refusals_change_nothing(admin, lin, begun):
    kept, gone = await twice(admin)
    lead = await engine.create(admin, "lead", {"name": "New"})
    done = await engine.create(admin, "lead", {"name": "Won"})
    await act(admin, "lead", done["id"], "convert", {})
    before = (await change_sets(admin))["items"]
    cases = [
        (admin, "account", kept["id"], {}, Invalid, "invalid"),
        (admin, "account", kept["id"], {"other": kept["id"]}, Invalid, "invalid"),
        (admin, "account", kept["id"], {"other": "Acme"}, NotFound, "not_found"),
        (admin, "account", kept["id"], {"other": lead["id"]}, NotFound, "not_found"),
        (admin, "account", kept["id"], {"other": gone["id"], "take": ["id"]}, Invalid, "invalid"),
        (admin, "lead", lead["id"], {"other": done["id"]}, Conflict, "merge_other_way"),
        (lin, "account", kept["id"], {"other": gone["id"]}, NotFound, "not_found"),
    ]
    for who, name, id_, params, error, code in cases:
        with pytest.raises(error) as refused:
            await act(who, name, id_, "merge", params)
        assert refused.value.code == code, params
    assert (await reading.get(admin, "account", gone["id"]))["version"] == gone["version"]
    assert (await reading.get(admin, "account", kept["id"]))["version"] == kept["version"]
    assert (await change_sets(admin))["items"] == before


async def test_what_the_merger_may_not_edit_is_not_lost(admin, lin, begun):
    own = await engine.create(lin, "account", {"name": "Lin's"})
    other = await engine.create(
        admin, "account", {"name": "Lin & Co", "owner": lin.actor.id}, allow_duplicates=True
    )
    await engine.update(admin, "account", other["id"], {"credit_code": "91310000MA1FL0000X"})
    with pytest.raises(Invalid):
        await act(
            lin, "account", own["id"], "merge", {"other": other["id"], "take": ["credit_code"]}
        )
    merged = await act(lin, "account", own["id"], "merge", {"other": other["id"], "take": ["name"]})
    assert (merged["name"], merged["credit_code"]) == ("Lin & Co", "91310000MA1FL0000X")
    grants = (await reading.get(admin, "role", named_id("role", "sales")))["grants"]
    grants["account"]["delete"] = "none"
    await engine.update(admin, "role", named_id("role", "sales"), {"grants": grants})
    begun.directory._memory = None
    weak = await context_for_user(begun, lin.actor.id, "api")
    third = await engine.create(weak, "account", {"name": "Third"})
    with pytest.raises(Forbidden):
        await act(weak, "account", own["id"], "merge", {"other": third["id"]})


async def test_shares_are_joined_and_parted_again(admin, lin, begun):
    def held(items):
        return {(each["with"]["id"], each["level"]) for each in items["shares"]}

    manager, role = named_id("role", "manager"), named_id("role", "sales")
    body = {"name": "Mia", "email": "mia@demo.local", "role": role}
    mia = (await engine.create(admin, "user", body))["id"]
    kept = await engine.create(lin, "account", {"name": "Kept"})
    gone = await engine.create(lin, "account", {"name": "Gone"})
    wanted = {
        kept["id"]: [("user", mia, "read")],
        gone["id"]: [("user", mia, "edit"), ("role", manager, "read")],
    }
    for id_, given in wanted.items():
        asked = [Share(Holder(kind, holder), level) for kind, holder, level in given]
        await share(admin, "account", id_, Sharing(asked))
    held_by_role = (await reading.get(admin, "role", role))["permissions"]
    without = [each for each in held_by_role if each != "share"]
    await engine.update(admin, "role", role, {"permissions": without})
    begun.directory._memory = None
    weak = await context_for_user(begun, lin.actor.id, "api")
    merged = await act(weak, "account", kept["id"], "merge", {"other": gone["id"]})
    both = {(mia, "edit"), (manager, "read")}
    assert held(await shares(admin, "account", kept["id"])) == both
    hers = await context_for_user(begun, mia, "api")
    assert (await engine.update(hers, "account", kept["id"], {"phone": "+862112345678"}))["phone"]
    assert (await undo(weak, merged["change_set"]))["conflicts"] == []
    assert held(await shares(admin, "account", kept["id"])) == {(mia, "read")}
    assert held(await shares(admin, "account", gone["id"])) == both
    with pytest.raises(Forbidden):
        await engine.update(hers, "account", kept["id"], {"phone": "+862112345679"})


async def test_a_link_that_was_turned_meanwhile_stays(admin):
    account, about, many = (
        Pointer(admin.registry[name], field, admin.registry["account"])
        for name, field in (
            ("contact", admin.registry["contact"].fields["account"]),
            ("task", admin.registry["task"].fields["about"]),
            (
                "contact",
                Field(type=LinkMany(), key="firms", label="Firms", line=many_of("account")),
            ),
        )
    )
    assert account.turned("old", "old", "new") == "new"
    assert account.turned("else", "old", "new") == "else"
    assert about.turned(Reference("account", "old"), "old", None) is None
    assert about.turned(Reference("account", "else"), "old", "new").id == "else"
    firms = [{"record": each} for each in ("old", "x", "new")]
    assert many.turned(firms, "old", "new") == [{"record": "new"}, {"record": "x"}], "each once"
    assert many.turned(firms, "old", None) == [{"record": "x"}, {"record": "new"}]
    assert many.turned(firms[:1], "old", None) is None
    assert many.turned(None, "old", "new") is None


async def test_one_of_two_wins(admin):
    kept, gone = await twice(admin)
    third = await engine.create(admin, "contact", {"name": "Li", "account": gone["id"]})

    async def attempt(id_, other):
        try:
            await or_merged(
                admin, "account", id_, act(admin, "account", id_, "merge", {"other": other})
            )
        except FangxinError as error:
            return error.status
        return 200

    ids = kept["id"], gone["id"]
    both = await asyncio.gather(attempt(*ids), attempt(*reversed(ids)), attempt(*ids))
    assert sorted(both) == [200, 409, 409]
    page = await reading.find(admin, "account", count="exact")
    assert page.count["value"] == 1
    stayed = (await reading.get(admin, "contact", third["id"]))["account"]["id"]
    assert stayed == page.items[0]["id"]


async def test_names_that_are_close_are_told_while_typing(admin, lin):
    there = await engine.create(admin, "account", {"name": "Meridian Systems Ltd"})
    await engine.create(admin, "account", {"name": "上海弘远精密机械有限公司"})
    told = await likely(admin, "accounts", {"name": "Meridian Sytems"})
    assert [(each["id"], each["likely"]) for each in told] == [(there["id"], True)]
    told = await likely(admin, "leads", {"name": "Ann", "company": "上海弘遠精密機械集團"})
    assert [(each["name"], each["likely"]) for each in told] == [
        ("上海弘远精密机械有限公司", False)
    ]
    assert await likely(admin, "accounts", {"name": "Meridian Foods"}) == []
    assert await likely(lin, "accounts", {"name": "Meridian Sytems"}) == [], "he does not see it"
    kept = await engine.create(admin, "account", {"name": "Meridian Sytems"})
    assert kept["name"] == "Meridian Sytems", "what is merely close refuses no save"


async def test_who_speaks_of_a_name_does_not_crowd_out_who_has_it(admin):
    speaking = {"description": "Competitor: Quibblewood Turbines, 星翔光电"}
    others = [{"name": f"Other {n}", **speaking} for n in range(25)]
    await batch(admin, "account", create=others)
    names = ["Quibblewood Turbine", "武汉星翔光电有限公司"]
    await batch(admin, "account", create=[{"name": name} for name in names])
    await batch(admin, "account", create=[{"name": f"More {n}", **speaking} for n in range(25)])
    (told,) = await likely(admin, "accounts", {"name": "Quibblewood Turbines"})
    assert told["name"] == names[0]
    for asked, name in (("Quibblewood Turbines", names[0]), ("星翔光电", names[1])):
        (item,) = (await look_up(admin, asked))["items"]
        assert item["name"] == name, asked
