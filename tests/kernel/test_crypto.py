"""Sealed values open in their own place alone; keys can change; equal text has an equal index."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fangxin.kernel.crypto import KeyRing, SealBroken

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
PLACE = ("contact", "id_number", "0190-record")


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing({1: OLD})


@pytest.mark.parametrize("text", ["", "110101199003078515", "张三丰 🀄", "x" * 10_000])
def test_what_was_sealed_opens_again(ring, text):
    assert ring.open(ring.seal(text, *PLACE), *PLACE) == text


def test_the_same_text_never_looks_the_same(ring):
    assert len({ring.seal("secret", *PLACE) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "place",
    [
        ("account", "id_number", "0190-record"),
        ("contact", "phone", "0190-record"),
        ("contact", "id_number", "0190-other"),
    ],
)
def test_a_value_moved_to_another_place_does_not_open(ring, place):
    with pytest.raises(SealBroken):
        ring.open(ring.seal("secret", *PLACE), *place)


def test_every_changed_byte_is_noticed(ring):
    raw = bytearray(base64.b64decode(ring.seal("secret", *PLACE)))
    for index in range(len(raw)):
        changed = raw.copy()
        changed[index] ^= 1
        with pytest.raises(SealBroken):
            ring.open(base64.b64encode(changed).decode(), *PLACE)


@pytest.mark.parametrize("text", ["", "plain text", "AQE=", "汉字"])
def test_what_was_never_sealed_is_refused(ring, text):
    with pytest.raises(SealBroken):
        ring.open(text, *PLACE)


def test_the_layout_is_the_documented_one(ring):
    raw = base64.b64decode(ring.seal("secret", *PLACE))
    key = HKDF(SHA256(), 32, None, b"fangxin field").derive(OLD)
    assert raw[:2] == bytes((1, 1))
    opened = AESGCM(key).decrypt(raw[2:14], raw[14:], b"contact:id_number:0190-record")
    assert opened == b"secret"


def test_a_new_key_seals_and_the_old_one_still_opens(ring):
    sealed = ring.seal("secret", *PLACE)
    both = KeyRing({2: NEW, 1: OLD})
    assert both.open(sealed, *PLACE) == "secret"
    assert not both.is_current(sealed)
    again = both.seal("secret", *PLACE)
    assert both.is_current(again)
    with pytest.raises(SealBroken, match="key 2 is not in the ring"):
        ring.open(again, *PLACE)


def test_the_blind_index_is_equal_for_equal_text_of_one_field(ring):
    index = ring.index("a@b.cn", "contact", "email")
    assert index == ring.index("a@b.cn", "contact", "email")
    assert len(index) == 64
    assert index != ring.index("a@b.cn", "lead", "email")
    assert index != ring.index("a@b.cn", "contact", "phone")
    assert index != ring.index("c@b.cn", "contact", "email")


def test_an_exact_search_finds_what_older_keys_have_indexed(ring):
    both = KeyRing({2: NEW, 1: OLD})
    wanted = both.indexes("a@b.cn", "contact", "email")
    assert ring.index("a@b.cn", "contact", "email") == wanted[1]
    assert both.index("a@b.cn", "contact", "email") == wanted[0]


def test_a_ring_without_keys_is_refused():
    with pytest.raises(ValueError, match="needs a key"):
        KeyRing({})
