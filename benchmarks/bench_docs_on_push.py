"""What `docs_on_push` tells of real packages, how long it takes, and how much of a repository it reads.

Both versions of well-known packages, as source archives from the package index, are pushed to the sandbox's GitHub as
two commits; the flow documents the second one, on a real Prefect server with a temporary home. What its changelog says
is laid beside what the package's own release notes state. Prints JSON.

    python -m benchmarks.bench_docs_on_push

CPU is that of the flow's process, the sandbox's thread in it taken off, and of the programs that parse; Prefect's
server does not count. Seconds on the clock have all of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

os.environ |= {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "DO_NOT_TRACK": "1"}
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
# What is measured must not depend on where the user's own Prefect points.
os.environ.pop("PREFECT_API_URL", None)

import httpx

from benchmarks.bench_code import STATED, archive, package, sources
from benchmarks.cpu import cpu, descendants
from benchmarks.figure import Figure
from blocks.documentation_project import DocumentationProject, Review, Source, Target
from blocks.github import GitHubCredentials
from deployments.docs_on_push import triggers
from flows.docs_on_push import Documented, docs_on_push
from flows.documentation.project import Push
from tests.dispatch.house import House, deliver
from tieline import connections, prefect_server
from tieline.sandbox import Sandbox, running
from tieline.sandbox.github.hooks import messages
from tieline.sandbox.github.memory import GitHub, Repo
from tieline.sandbox.happening import Event

RATE = "1000000/minute"
COMMITS, ROUNDS = 60, 3
PACKAGES, MODULES = 100, 100
#: Pushes, one a second; and how long it is looked for runs after them.
PUSHES, SECONDS = 10, 120
#: Written down from its release notes before the flow had ever seen it; the others had been used to mend the rules.
#: Without a name: no change of a name or a signature, which is all that an API changelog can tell.
BLIND = (
    "jinja2", "3.0.3", "3.1.0", "src/",
    (
        ("`WithExtension` and `AutoEscapeExtension` are built-in now.", "jinja2.ext.WithExtension", "removed"),
        ("`WithExtension` and `AutoEscapeExtension` are built-in now.", "jinja2.ext.AutoEscapeExtension", "removed"),
        ("`contextfilter` and `contextfunction` are replaced by `pass_context`.", "jinja2.contextfilter", "removed"),
        ("`contextfilter` and `contextfunction` are replaced by `pass_context`.", "jinja2.contextfunction", "removed"),
        ("`evalcontextfilter` and `evalcontextfunction` are replaced by `pass_eval_context`.",
         "jinja2.evalcontextfilter", "removed"),
        ("`evalcontextfilter` and `evalcontextfunction` are replaced by `pass_eval_context`.",
         "jinja2.evalcontextfunction", "removed"),
        ("`environmentfilter` and `environmentfunction` are replaced by `pass_environment`.",
         "jinja2.environmentfilter", "removed"),
        ("`environmentfilter` and `environmentfunction` are replaced by `pass_environment`.",
         "jinja2.environmentfunction", "removed"),
        ("`Markup` and `escape` should be imported from MarkupSafe.", "jinja2.Markup", "removed"),
        ("`Markup` and `escape` should be imported from MarkupSafe.", "jinja2.escape", "removed"),
        ("`unicode_urlencode` is renamed to `url_quote`.", "jinja2.utils.unicode_urlencode", "removed"),
        ("Legacy resolve mode for `Context` subclasses is no longer supported.", "", ""),
        ("Compiled templates from very old Jinja versions may need to be recompiled.", "", ""),
        ("The `groupby` filter is case-insensitive by default.", "", ""),
        ("Drop support for Python 3.6.", "", ""),
    ),
)  # fmt: skip


class Took(NamedTuple):
    """One run of the flow: what became of it, and its seconds."""

    made: Documented
    wall: float
    cpu: float


class Bench:
    """A sandbox with a GitHub, and the flow.

    Args:
        house: The sandbox; it serves in a thread of this process.
        apart: Processes whose CPU does not count.
    """

    def __init__(self, house: Sandbox, apart: Iterable[int]) -> None:
        self._github, self._log, self._apart = house.state[GitHub], house.state.log, frozenset(apart)
        self.heard: list[bytes] = []  # bodies of webhooks, as GitHub would send them
        house.state.listeners.append(self._hear)
        thread = next(one for one in threading.enumerate() if one.name == "sandbox")
        self._clock = time.pthread_getcpuclockid(thread.ident or 0)
        login = house.connection("github")
        GitHubCredentials(**login, rate=RATE, read_only=True).save("app", overwrite=True)
        GitHubCredentials(**login, rate=RATE).save("docs", overwrite=True)
        connections.forget()

    def repository(self, name: str, paths: str) -> Repo:
        """A new one, and the only documentation project, which publishes what becomes of it."""
        for other in asyncio.run(connections.saved(DocumentationProject)):
            DocumentationProject.delete(other)
        source = Source(connection="github/app", repository=f"acme/{name}", paths=[paths])
        target = Target(connection="github/docs", place=f"acme/docs@main:{name}")
        DocumentationProject(source=source, targets=[target], review=Review(auto=["everything"])).save(name)
        return self._github.add(f"acme/{name}")

    def push(self, repo: Repo, files: Mapping[str, str], message: str, gone: Iterable[str] = ()) -> str:
        """Somebody pushes; the new commit."""
        content = {path: text.encode() for path, text in files.items()} | dict.fromkeys(gone)
        return self._github.push(repo, "main", content, message, "Ada Example")

    def run(self, pushes: Sequence[Push]) -> Took:
        """One run of the flow; it has to publish something."""
        self._log.clear()
        used, began = self._cpu(), time.perf_counter()
        made: Documented = asyncio.run(docs_on_push(list(pushes)))
        wall, took = time.perf_counter() - began, self._cpu() - used
        if [one.status for one in made.outcomes] != ["published"]:
            raise RuntimeError(f"Nothing was published: {made}")
        return Took(made, wall, took)

    def read(self) -> list[str]:
        """The files that the last run read in the repository, each as often as it did."""
        paths = [one.path.partition("/contents/")[::2] for one in self._log if one.method == "GET"]
        return [path for repo, path in paths if path and not repo.endswith("/docs")]

    def changelog(self, name: str) -> str:
        """What was published of it."""
        repo = self._github.repos["acme/docs"]
        leaf = repo.files(repo.at("main"))[f"{name}/changelog.md"]
        return repo.objects.blobs[leaf.sha].decode()

    def commits(self) -> int:
        """How many commits the documentation has."""
        repo = self._github.repos["acme/docs"]
        return len(repo.objects.history(repo.refs["refs/heads/main"]))

    def _hear(self, event: Event) -> None:
        if event.name == "branch.pushed":
            self.heard += [one.body for one in messages(event, self._github)]

    def _cpu(self) -> float:
        return cpu(self._apart) - time.clock_gettime(self._clock)


def pushed(repo: Repo, before: str, after: str) -> Push:
    """What the flow is told of a push."""
    return Push(source="github/app", repository=repo.name, branch="main", before=before, after=after)


def breaking(changelog: str) -> dict[str, str]:
    """The breaking changes of a changelog: why, by name."""
    part = re.search(r"^### Breaking changes\n(.*?)(?=^#|\Z)", changelog, re.MULTILINE | re.DOTALL)
    found = re.findall(r"^- \[?`([^`]+)`(?:\]\(\S*\))? \(\w+\): (.*)$", part[1] if part else "", re.MULTILINE)
    return dict(found)


def packages(bench: Bench) -> tuple[list[Figure], dict[str, Any]]:
    """What release notes state, and what the flow's changelog tells."""
    figures, lists = [], {}
    for name, before, after, below, stated in (*STATED, BLIND):
        repo = bench.repository(name, f"{below}**")
        old, new = (sources(archive(name, version), below) for version in (before, after))
        first = bench.push(repo, old, f"chore: {before}")
        took = bench.run([pushed(repo, first, bench.push(repo, new, f"feat!: {after}", old.keys() - new.keys()))])
        told = breaking(bench.changelog(name))
        met = [
            {"notes": said, "changelog": f"{one}: {told[one]}" if one in told else "",
             "told": bool(one) and why in told.get(one, "\0")} | ({} if one else {"not_api": True})
            for said, one, why in stated
        ]  # fmt: skip
        lists[f"{name} {before} → {after}"] = {"stated": met, "breaking": told}
        api = [one for one in met if "not_api" not in one]
        share = 100 * sum(bool(one["told"]) for one in api) / len(api)
        note = f"{len(api)} stated; {len(told)} told in all; {took.wall:.1f} s, {took.cpu:.1f} s CPU"
        note += f"; {len(met) - len(api)} more are no change of the API" * (len(met) > len(api))
        note += "; the list was written before the flow had seen it" * (name == BLIND[0])
        title = f"stated breaking changes of {name} {after} that the flow's changelog tells"
        figures.append(Figure(title, round(share, 1), "%", 100, "at least", note=note))
    return figures, lists


def many_commits(bench: Bench) -> list[Figure]:
    """A range of commits, each of which breaks a function."""
    walls, cpus = [], []
    for number in range(ROUNDS):
        repo, files = bench.repository(f"range{number}", "acme/**"), dict(package())
        first = last = bench.push(repo, files, "feat: all of it")
        for commit in range(COMMITS):
            path, name = f"acme/module{commit % 11}.py", f"def function{commit // 11}(first: int, "
            files[path] = files[path].replace(name, f"{name}added: int, ")
            last = bench.push(repo, {path: files[path]}, f"feat!: ask for more ({commit})")
        took = bench.run([pushed(repo, first, last)])
        if len(breaking(bench.changelog(f"range{number}"))) != COMMITS:
            raise RuntimeError(f"Not all breaking changes were told: {took.made}")
        walls.append(took.wall)
        cpus.append(took.cpu)
    name, note = f"range of {COMMITS} commits with {COMMITS} breaking changes", f"median of {ROUNDS}"
    return [
        Figure(f"{name}, on the clock", round(statistics.median(walls), 2), "s", 5, "at most",
               note=f"{note}; {min(walls):.2f} to {max(walls):.2f}"),
        Figure(f"{name}, CPU", round(statistics.median(cpus), 2), "s", 5, "at most",
               note=f"{note}; {min(cpus):.2f} to {max(cpus):.2f}"),
    ]  # fmt: skip


def large(bench: Bench) -> tuple[Figure, list[str]]:
    """A commit that changes one file of many."""
    repo = bench.repository("large", "acme/**")
    files = {"acme/__init__.py": '"""All of it."""\n'}
    for part in range(PACKAGES):
        files[f"acme/part{part}/__init__.py"] = f'"""Part {part}."""\n'
        for module in range(1, MODULES):
            above = f"from acme.part{part}.module{module - 1} import f as other\n\n\n" if module > 1 else ""
            files[f"acme/part{part}/module{module}.py"] = f'{above}def f(a: int) -> int:\n    """Do it."""\n'
    first = bench.push(repo, files, "feat: all of it")
    path = "acme/part7/module7.py"
    last = bench.push(repo, {path: files[path].replace("a: int", "a: int, b: int")}, "feat!: ask for b")
    took = bench.run([pushed(repo, first, last)])
    read = bench.read()
    name = f"files read of {len(files):,}, when one changed"
    note = f"the old and the new one, and what its page needs; {took.wall:.2f} s, {took.cpu:.2f} s CPU"
    return Figure(name, len(read), "files", 10, "at most", note=note), read


def ten_pushes(bench: Bench) -> list[Figure]:
    """One push a second: how many runs the dispatcher makes of them, and how many commits the run."""
    repo = bench.repository("pushed", "acme/**")
    bench.push(repo, {"acme/__init__.py": ""}, "feat: all of it")
    bench.heard.clear()
    for number in range(PUSHES):
        bench.push(repo, {f"acme/m{number}.py": "def f(): ...\n"}, f"feat: part {number}")
    made, seconds = asyncio.run(dispatched(bench.heard))
    before = bench.commits()
    asked = [Push.model_validate(one) for run in made for one in run["pushes"]]
    took = bench.run(asked)
    name = f"runs that {PUSHES} pushes in {PUSHES} seconds make"
    note = f"all {len(asked)} in it, begun {seconds:g} s after the first by the dispatcher's clock, which is held here"
    return [
        Figure(name, len(made), "runs", 1, "at most", note=f"{note}; the run took {took.wall:.2f} s"),
        Figure("commits that this run makes", bench.commits() - before, "commits", 1, "at most"),
    ]


async def dispatched(bodies: Sequence[bytes]) -> tuple[list[Mapping[str, Any]], float]:
    """The parameters of the runs that the dispatcher starts, and seconds from the first delivery to the first start."""
    house = House([one for one in triggers if one.name == "github-push"])
    began = house.clock.wall
    for body in bodies:
        deliver(body, connection="app", system="github", event="push")
        await house.look()
        house.clock.passes(1)
    seconds = 0.0
    for _ in range(SECONDS):
        if house.runs.started and not seconds:
            seconds = house.clock.wall - began
        house.clock.passes(1)
        await house.look()
    return [batch.parameters for batch in house.runs.started.values()], seconds


def measure() -> dict[str, Any]:
    """All of it."""
    with tempfile.TemporaryDirectory() as folder, prefect_server.temporary_home() as home:
        os.environ["TIELINE_DATA_DIR"] = folder
        with prefect_server.started(home), running(tickets=1) as house:
            bench = Bench(house, descendants(os.getpid()))
            figures, lists = packages(bench)
            figures += many_commits(bench)
            one, read = large(bench)
            figures += [one, *ten_pushes(bench)]
    return {"load": os.getloadavg(), "figures": [one.to_json() for one in figures], "packages": lists, "read": read}


def main() -> None:
    """Measure and print."""
    try:
        print(json.dumps(measure(), indent=2, ensure_ascii=False))
    except httpx.HTTPError as exc:
        sys.exit(f"The package index could not be read: {exc!r}. It is needed for the source archives.")


if __name__ == "__main__":
    main()
