"""Settings: what each variable takes, what its absence means, and secrets made once."""

from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from fangxin.kernel.settings import Settings, SettingsError, kept_secret, read_settings


def read(tmp_path, **variables: str) -> Settings:
    given = {"DATABASE_URL": f"sqlite:///{tmp_path}/data/fangxin.db", **variables}
    return read_settings({f"FANGXIN_{key}": value for key, value in given.items()})


def test_what_is_not_set_has_its_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = read_settings({})
    assert found.database_url == "sqlite:///./data/fangxin.db"
    assert found.data_folder == tmp_path / "data"
    assert found.files_url == (tmp_path / "data" / "files").as_uri()
    assert (found.host, found.port, found.workers) == ("127.0.0.1", 8000, 1)
    assert found.demo is True
    assert found.base_url == "http://127.0.0.1:8000"
    assert found.embedded


def test_with_postgresql_secrets_lie_beside_the_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url = "postgresql://crm@db/crm"
    beside = read(tmp_path, DATABASE_URL=url, FILES_URL=(tmp_path / "my data" / "files").as_uri())
    assert beside.data_folder == tmp_path / "my data"
    assert read(tmp_path, DATABASE_URL=url).data_folder == tmp_path / "data"


def test_blank_counts_as_not_set(tmp_path):
    found = read(tmp_path, PORT=" ", DEMO_PASSWORD="", SMTP_URL="  ")
    assert (found.port, found.demo_password, found.smtp_url) == (8000, None, None)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://host/db"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "postgresql://host"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "８０"),
        ("WORKERS", "many"),
        ("DEMO", "yes"),
        ("SECRET_KEY", "short"),
        ("BASE_URL", "crm.example.com"),
        ("ENCRYPTION_KEYS", "1:AAAA"),
        ("ENCRYPTION_KEYS", "1"),
        ("ENCRYPTION_KEYS", "256:" + base64.b64encode(bytes(32)).decode()),
        ("ENCRYPTION_KEYS", "1:not base64 at all!"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(tmp_path, variable, value):
    with pytest.raises(SettingsError, match=f"^FANGXIN_{variable} must") as caught:
        read(tmp_path, **{variable: value})
    assert caught.value.variable == f"FANGXIN_{variable}"


def test_the_refusal_of_a_secret_does_not_tell_it(tmp_path):
    for variable, value in (("SECRET_KEY", "tooshort"), ("ENCRYPTION_KEYS", "1:c2VjcmV0")):
        with pytest.raises(SettingsError) as caught:
            read(tmp_path, **{variable: value})
        assert value not in str(caught.value)
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, DATABASE_URL="mysql://user:hunter2@host/db")
    assert "hunter2" not in str(caught.value)


def test_the_text_form_holds_no_secret(tmp_path):
    found = read(
        tmp_path,
        DATABASE_URL="postgresql://crm:hunter2@db/crm",
        SECRET_KEY="a-long-enough-secret",
        DEMO_PASSWORD="demo-password-1",
        SMTP_URL="smtp://user:hunter3@mail",
    )
    for secret in ("hunter2", "a-long-enough-secret", "demo-password-1", "hunter3"):
        assert secret not in repr(found)


def test_secrets_are_made_once_and_readable_by_the_owner_alone(tmp_path):
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    assert first.encryption_keys == second.encryption_keys
    assert [len(key) for key in first.encryption_keys.values()] == [32]
    for name in ("secret_key", "encryption_keys"):
        path = tmp_path / "data" / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(each.name for each in (tmp_path / "data").iterdir()) == [
        "encryption_keys",
        "secret_key",
    ]


def test_processes_that_start_at_once_agree_on_a_secret(tmp_path):
    numbers = iter(range(100))
    with ThreadPoolExecutor(16) as pool:
        found = list(
            pool.map(lambda _: kept_secret(tmp_path, "s", lambda: str(next(numbers))), range(16))
        )
    assert len(set(found)) == 1


def test_given_secrets_are_used_and_nothing_is_written(tmp_path):
    key = base64.b64encode(bytes(range(32))).decode()
    other = base64.b64encode(bytes(32)).decode()
    found = read(tmp_path, SECRET_KEY="a-long-enough-secret", ENCRYPTION_KEYS=f"7:{key}, 3:{other}")
    assert found.secret_key == b"a-long-enough-secret"
    assert list(found.encryption_keys) == [7, 3]
    assert not (tmp_path / "data").exists()


def test_the_data_folder_is_for_its_owner_alone(tmp_path):
    read_settings({"FANGXIN_DATABASE_URL": f"sqlite:///{tmp_path}/data/fangxin.db"})
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
