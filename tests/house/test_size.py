import subprocess
from pathlib import Path

import pytest

from tests.house.plant import plant, seen
from tools.checks import size
from tools.checks.findings import ROOT

LONG = "def long():\n" + "    print(1)\n" * 40
DENSE = "def dense():\n    return [" + ", ".join(f"'{'x' * 90}'" for _ in range(40)) + "]\n"


def test_the_house_is_small() -> None:
    assert seen(size.findings(ROOT)) == []


def test_a_long_function_is_found_and_one_at_the_bound_is_not(tmp_path: Path) -> None:
    bound = "def bound():\n" + "    print(1)\n" * 39
    plant(tmp_path, {"fangxin/records/a.py": "x = 1\n\n\n" + LONG, "tools/b.py": bound})
    assert seen(size.findings(tmp_path)) == [("fangxin/records/a.py", 4, "function-size")]


def test_size_is_measured_after_the_formatter(tmp_path: Path) -> None:
    assert len(DENSE.splitlines()) == 2
    plant(tmp_path, {"fangxin/api/a.py": DENSE})
    assert seen(size.findings(tmp_path)) == [("fangxin/api/a.py", 1, "function-size")]


@pytest.mark.parametrize(
    ("name", "line", "limit"),
    [("tests/test_a.py", "x = 1\n", 400), ("web/src/ui/A.tsx", "const x = 1\n", 250)],
)
def test_a_long_file_is_found(tmp_path: Path, name: str, line: str, limit: int) -> None:
    plant(tmp_path, {name: line * limit})
    assert seen(size.findings(tmp_path)) == []
    plant(tmp_path, {name: line * (limit + 1)})
    assert seen(size.findings(tmp_path)) == [(name, 0, "file-size")]


@pytest.mark.parametrize(
    ("folders", "limit"),
    [(("objects", "records"), 5_350), (("data", "access"), 4_000)],
)
def test_layers_together_have_a_bound(folders: tuple[str, ...], limit: int) -> None:
    sizes = {f"fangxin/{folder}/a.py": limit // len(folders) for folder in folders}
    assert size.layer_findings(sizes) == []
    sizes["fangxin/kernel/a.py"] = 9_000
    assert size.layer_findings(sizes) == []
    sizes[f"fangxin/{folders[0]}/b.py"] = 1
    assert [each.rule for each in size.layer_findings(sizes)] == ["layer-size"]


def test_field_types_have_room_by_their_number() -> None:
    type_ = 'class A:\n    name = "a"\n'
    texts = {"fangxin/fields/a.py": type_ + "x\n" * (size.TYPE_LINES - 2)}
    assert size.type_findings(texts) == []
    texts["fangxin/fields/b.py"] = "x\n"
    assert [each.rule for each in size.type_findings(texts)] == ["type-size"]
    texts["fangxin/fields/b.py"] = type_
    assert size.type_findings(texts) == []


def test_generated_files_have_no_bound(tmp_path: Path) -> None:
    generated = {
        "web/src/api/schema.d.ts": "x\n" * 9_000,
        "fangxin/migrations/versions/0001_start.py": LONG.replace("long", "upgrade"),
    }
    assert seen(size.findings(plant(tmp_path, generated))) == []


def test_the_list_of_exceptions_may_only_shrink(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
        subprocess.run(["git", "-C", tmp_path, *identity, *arguments], check=True)

    def listed(text: str) -> list[str]:
        plant(tmp_path, {size.EXCEPTIONS: text})
        return [each.message.split(":")[0] for each in size.findings(tmp_path)]

    git("init", "--quiet")
    assert listed("fangxin/a.py\n") == ["fangxin/a.py"]
    listed("# two\nfangxin/a.py\nfangxin/b.py\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "start")
    assert listed("fangxin/a.py\nfangxin/b.py\n") == []
    assert listed("fangxin/a.py\n") == []
    git("commit", "--quiet", "-am", "shrink")
    assert listed("fangxin/a.py\nfangxin/b.py\n") == ["fangxin/b.py"]
    git("commit", "--quiet", "-am", "grow, against the rule")
    assert listed("fangxin/a.py\nfangxin/b.py\n") == ["fangxin/b.py"]


def test_an_exception_names_one_function_or_one_file(tmp_path: Path) -> None:
    plant(tmp_path, {"fangxin/a.py": LONG, "fangxin/b.py": "x = 1\n" * 401})
    texts = size.formatted(tmp_path)
    found = [*size.function_findings("fangxin/a.py", texts["fangxin/a.py"])]
    found += size.file_finding("fangxin/b.py", 401, size.FILE_LINES)
    kept = [each for each in found if not size._excepted(each, texts, {"fangxin/a.py::long"})]
    assert [each.path for each in kept] == ["fangxin/b.py"]
    kept = [each for each in found if not size._excepted(each, texts, {"fangxin/b.py"})]
    assert [each.path for each in kept] == ["fangxin/a.py"]
