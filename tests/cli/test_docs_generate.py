"""`tieline docs generate` in somebody's repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

GENERATE = ("docs", "generate", "--source", "src/**/*.py", "--output", "docs/generated")


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "src" / "acme"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""Acme."""\nfrom ._client import Client as Client\n')
    (package / "_client.py").write_text('class Client:\n    """A client."""\n    def get(self): ...\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}


def test_it_writes_checks_and_deletes(tieline: Run, repository: Path) -> None:
    folder = repository / "docs" / "generated"
    tieline(*GENERATE, "--check", code=1)
    assert not folder.exists()
    assert "1 of 2 public symbols are documented (50 %)." in tieline(*GENERATE).output
    assert list(content(folder)) == ["README.md", "acme.md", "undocumented.md"]
    assert "## `acme.Client`" in content(folder)["acme.md"]
    tieline(*GENERATE, "--check")
    (repository / "src" / "acme" / "more.py").write_text('"""More."""\ndef f(): ...\n')
    before = content(folder)
    assert "acme.more.md" in tieline(*GENERATE, "--check", code=1).output
    assert content(folder) == before
    tieline(*GENERATE)
    (repository / "src" / "acme" / "more.py").unlink()
    (folder / "notes.md").write_text("Mine.\n")
    assert "deleted" in tieline(*GENERATE).output
    assert content(folder) == before | {"notes.md": "Mine.\n"}


def test_a_file_of_somebody_else_is_not_written(tieline: Run, repository: Path) -> None:
    folder = repository / "docs" / "generated"
    folder.mkdir(parents=True)
    (folder / "acme.md").write_text("Mine.\n")
    assert "would be lost" in tieline(*GENERATE, code=2).output
    assert content(folder) == {"acme.md": "Mine.\n"}
    (folder / "acme.md").unlink()
    (repository / "elsewhere.md").write_text("Mine.\n")
    (folder / "acme.md").symlink_to(repository / "elsewhere.md")
    tieline(*GENERATE, code=2)
    assert (repository / "elsewhere.md").read_text() == "Mine.\n"


@pytest.mark.parametrize("pattern", ("none/*.py", "../*.py", "/etc/*", "", "**x/[", "src/../../*.py"))
def test_a_pattern_that_finds_nothing_or_leads_out_is_refused(tieline: Run, pattern: str) -> None:
    tieline("docs", "generate", "--source", pattern, "--output", "out", code=2)
    assert not Path("out").exists()


def test_links_out_of_the_folder_are_not_followed(
    tieline: Run, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.py").write_text('PASSWORD = "x"\n')
    (repository / "src" / "acme" / "link.py").symlink_to(outside / "secret.py")
    (repository / "src" / "linked").symlink_to(outside)
    tieline(*GENERATE)
    assert not any("PASSWORD" in text for text in content(repository / "docs" / "generated").values())


def test_a_broken_file_is_told_and_the_rest_written(tieline: Run, repository: Path) -> None:
    (repository / "src" / "acme" / "broken.py").write_text("def f(:\n  pass\ndef g(): ...\n")
    assert "src/acme/broken.py:1" in tieline(*GENERATE).output
    page = content(repository / "docs" / "generated")["acme.broken.md"]
    assert "## `g`" in page
    assert "- Line 1: Syntax error: invalid syntax." in page


def test_symbols_link_to_their_source(tieline: Run, repository: Path) -> None:
    address = "https://github.com/acme/app/blob/main/{path}#L{line}"
    tieline(*GENERATE, "--link", address)
    made = content(repository / "docs" / "generated")
    assert "[Source](https://github.com/acme/app/blob/main/src/acme/_client.py#L1)" in made["acme.md"]
    assert "(https://github.com/acme/app/blob/main/src/acme/_client.py#L3)" in made["undocumented.md"]
    for wrong in ("javascript:{path}", "https://github.com/acme", "https://a.test/{path} x"):
        assert "no address" in tieline(*GENERATE, "--link", wrong, code=2).output
    assert content(repository / "docs" / "generated") == made
