"""Keep documentation in step with the code: reference, changelog with breaking changes, and what is undocumented."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from prefect import flow, get_run_logger, runtime
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from pydantic import Field

from blocks.documentation_project import DocumentationProject
from flows.documentation.project import NOWHERE, Push, check, load, named, projects, wanting
from flows.documentation.publish import SCENARIO
from flows.documentation.scribe import Outcome, Scribe, Status
from flows.markup import escaped, linked
from tieline import ConfigError, ConnectorError, Input, each
from tieline.store.leases import lease

if TYPE_CHECKING:
    from pandas import DataFrame

KEY = "docs-on-push"
#: How long a change waits for an older one of the same branch, in seconds.
PATIENCE_SECONDS = 900.0
AT_ONCE = 4


class _Group(NamedTuple):
    """What is one change: a project, and a branch of its code or a pull request into it."""

    project: str
    branch: str
    request: int


class Documented(Input):
    """What became of a run."""

    dry_run: bool
    outcomes: tuple[Outcome, ...] = Field((), description="For each project and branch.")

    def count(self, *status: Status) -> int:
        """How many ended like this."""
        return sum(one.status in status for one in self.outcomes)

    def frame(self) -> DataFrame:
        """The outcomes as a table."""
        from pandas import DataFrame  # noqa: PLC0415 - half a second, for those who want it

        return DataFrame([one.model_dump(exclude={"told"}) for one in self.outcomes])


def _run_name() -> str:
    """What a run is about, such as "acme/app main", for lists of runs."""
    asked = runtime.flow_run.parameters
    pushes = asked.get("pushes") or []
    first = [one if isinstance(one, dict) else one.model_dump() for one in pushes[:1]]
    about = asked.get("project") or "".join(f"{one['repository']} {one['branch']}" for one in first)
    return f"{about}{' everything' * bool(asked.get('everything'))}{' (dry run)' * bool(asked.get('dry_run'))}"


@flow(name=KEY, flow_run_name=_run_name, persist_result=False)
async def docs_on_push(
    pushes: list[Push] | None = None,
    project: str = "",
    *,
    everything: bool = False,
    dry_run: bool = False,
) -> Documented:
    """Find what a change of code makes of the documentation, have people agree, and publish it.

    What is documented, where it is published and who has to agree stands in blocks of the type "Documentation Project".
    The same commit twice changes nothing, and asks nobody twice.

    Args:
        pushes: What was pushed. Leave it empty to document what the project's branches have come to.
        project: A documentation project; by default all that the pushes are for.
        everything: Make the whole reference anew, and not only what changed; without an entry in the changelog.
        dry_run: Write nothing, ask nobody, and show what would be written.

    Returns:
        What became of each project and branch.

    Raises:
        ConfigError: There is no such project, or its connections may do more or less than they should.
        ConnectorError: A system failed, and nothing could be done; what was done before that stays.
    """
    known = {project: await load(project)} if project else await projects()
    clerk = Clerk(known, pushes or [by_hand(project, known)], everything=everything, dry_run=dry_run)
    try:
        await clerk.work()
    finally:
        result = Documented(dry_run=dry_run, outcomes=tuple(clerk.outcomes))
        get_run_logger().info(says(result))
        await acreate_table_artifact(_table(result), KEY, says(result))
        await acreate_markdown_artifact(_page(result), f"{KEY}-review", says(result))
    return result


class Clerk:
    """Gives each project its pushes; several of one branch are one change.

    Args:
        known: The projects that may be documented.
        pushes: What was pushed.
        everything: Make the whole reference anew.
        discussion: What people said about it. It is no parameter of the flow: runs keep no texts of people.
        dry_run: Write nothing, ask nobody.
    """

    def __init__(
        self,
        known: Mapping[str, DocumentationProject],
        pushes: Sequence[Push],
        *,
        everything: bool = False,
        discussion: str = "",
        dry_run: bool = False,
    ) -> None:
        self._known, self._pushes, self._everything, self._dry_run = known, pushes, everything, dry_run
        self._discussion = discussion
        self.outcomes: list[Outcome] = []
        self._groups: dict[_Group, list[Push]] = {}
        for push in pushes:
            for group in self._wanted(push):
                self._groups.setdefault(group, []).append(push)
        self._running: dict[_Group, asyncio.Task[None]] = {}

    async def work(self) -> None:
        """Do what all of them are for; `outcomes` says what became of it.

        Raises:
            ConnectorError: A system failed, and nothing could be done.
        """
        # As the inbox knows them, so that it hears what became of each.
        await each([one.model_dump(mode="json") for one in self._pushes], self._handle, at_once=AT_ONCE)

    def _wanted(self, push: Push) -> list[_Group]:
        """The projects that a push is for, and their branches."""
        return [
            _Group(name, branch, push.request)
            for name in wanting(push, self._known)
            for branch in ([push.branch] if push.branch else named(self._known[name]))
        ]

    async def _handle(self, subject: Mapping[str, Any]) -> None:
        """Do what one push is for, together with the others of its branch.

        Raises:
            ConnectorError: A system failed; the push is tried again.
        """
        for group in self._wanted(Push.model_validate(subject)):
            if group not in self._running:
                self._running[group] = asyncio.create_task(self._document(group))
            await self._running[group]

    async def _document(self, group: _Group) -> None:
        name, branch, request = group
        some = self._groups[group]
        try:
            await check(name, self._known[name])
            # One after the other: a second run would propose what the first one is about to publish.
            async with lease(f"{SCENARIO}/{name}/{branch}", patience=PATIENCE_SECONDS):
                scribe = Scribe(name, self._known[name], discussion=self._discussion, dry_run=self._dry_run)
                if request:
                    made = await scribe.request(request, branch, some[-1].after)
                else:
                    made = await scribe.push(branch, _before(some), everything=self._everything)
        except (ConnectorError, ConfigError) as exc:
            self.outcomes.append(Outcome(project=name, branch=branch, status="failed", reason=str(exc)))
            raise
        self.outcomes.append(made)


def by_hand(project: str, known: Mapping[str, DocumentationProject]) -> Push:
    """The branches that a project names, as they are now.

    Raises:
        ConfigError: It names none.
    """
    if not project:
        raise ConfigError("Which documentation?", hint="Give pushes, or the name of a documentation project.")
    source = known[project].source
    if not named(known[project]):
        raise ConfigError(
            f"The project {project!r} names no branch, only patterns such as {source.branches[0]!r}.",
            hint="Add the name of one, such as main.",
        )
    return Push(source=source.connection, repository=source.repository)


def _before(pushes: Sequence[Push]) -> str:
    """Where a branch was before all of them: the one that no other of them led to."""
    led_to = {one.after for one in pushes}
    first = next((one for one in pushes if one.before not in led_to), pushes[0])
    return "" if first.before == NOWHERE else first.before


def says(result: Documented) -> str:
    """A run in a few lines."""
    counts = {
        "published": result.count("published"),
        "would be written": result.count("planned"),
        "waiting for a decision": result.count("waiting"),
        "answered": result.count("answered"),
        "unchanged": result.count("unchanged", "gone"),
        "failed": result.count("failed"),
    }
    became = ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing to document"
    breaking = sum(one.breaking for one in result.outcomes)
    return f"{became}{f'; {breaking} breaking' if breaking else ''}."


def _table(result: Documented) -> list[dict[str, Any]]:
    return [
        {
            "project": escaped(one.project),
            "branch": escaped(one.branch),
            "commit": one.head[:7],
            "outcome": one.status,
            "changes": one.headline,
            "breaking": one.breaking,
            "pages": len(one.pages),
            "conflicts": ", ".join(map(escaped, one.conflicts)),
            "approval": one.approval,
            "see": linked("there", one.link) if one.link else "",
            "why": escaped(one.reason),
        }
        for one in result.outcomes
    ]


def _page(result: Documented) -> str:
    """What people decide on, once more."""
    parts = [f"# {says(result)}"]
    for one in result.outcomes:
        if one.told:
            parts += [f"## {escaped(one.project)}: {one.headline}", one.told.replace("\n## ", "\n### ")]
    return "\n\n".join(parts)
