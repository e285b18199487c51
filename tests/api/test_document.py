"""The OpenAPI document by itself: whole, without clashes, and precise enough to make types from."""

from __future__ import annotations

import json
import re

import pytest

from fangxin.api import fixed
from fangxin.api.openapi import document
from fangxin.api.schemas import View
from fangxin.app import build_installation
from fangxin.kernel.settings import read_settings
from tests import servers

# what an action answers is its module's own matter; a line of a batch is checked by its record
FREE = re.compile(r"^/\w+/\{id\}/actions/")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("document")
    variables = servers.environment(f"sqlite:///{folder / 'x.db'}", folder)
    return build_installation(read_settings(variables)).registry


def operations(found):
    for path, methods in found["paths"].items():
        for method, each in methods.items():
            yield path, method, each


def test_every_reference_leads_somewhere(written):
    found = document(written, None, "en")
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(found)))
    assert named - set(found["components"]["schemas"]) == set()
    names = [each["operationId"] for _, _, each in operations(found)]
    assert len(names) == len(set(names))


def test_shapes_of_objects_take_no_name_of_others(written):
    own = set(fixed.components())
    for definition in written.objects.values():
        assert set(View(definition, None, "en").components()) & own == set(), definition.name


def test_no_operation_documents_a_fault_of_the_server(written):
    for path, method, each in operations(document(written, None, "en")):
        codes = set(each["responses"])
        assert "default" not in codes, path
        assert [code for code in codes if code.startswith("5")] == [], (method, path)
        assert [code for code in codes if code < "400"], (method, path)


def test_every_answer_and_body_has_a_shape(written):
    shapeless = []
    for path, method, each in operations(document(written, None, "en")):
        bodies = [answer for code, answer in each["responses"].items() if code < "400"]
        for part in [*bodies, each.get("requestBody", {})]:
            schema = part.get("content", {}).get("application/json", {}).get("schema")
            told = schema is None or {"$ref", "properties", "anyOf"} & set(schema)
            if not told and not FREE.match(path):
                shapeless.append((method, path))
    assert shapeless == []
