"""What a change was for: the issues that its commits name, as the project's trackers tell them."""

from __future__ import annotations

from collections.abc import Sequence

from blocks.documentation_project import DocumentationProject
from flows.code_hosts import Comparison
from flows.markup import linked
from flows.trackers import Issue, tracker
from tieline.language.code import markdown

#: Issues that one change is looked up for: each is a call or two.
MOST = 30


async def issues(project: DocumentationProject, comparison: Comparison) -> list[Issue]:
    """The issues that the commits name, each once; those that do not exist are left out.

    Raises:
        ConnectorError: A tracker did not answer, or refused the login.
    """
    said = "\n\n".join(one.message for one in comparison.commits)
    found: list[Issue] = []
    for connection in project.context:
        where = tracker(connection, project.source.repository)
        for reference in where.references(said)[:MOST]:
            issue = await where.get(reference)
            if issue is not None and issue not in found:
                found.append(issue)
    return found


def listed(found: Sequence[Issue]) -> str:
    """Issues as Markdown, a line each."""
    return "\n".join(
        f"- {linked(one.key, one.link)} {markdown.line(one.title)}" + f" ({markdown.line(one.state)})" * bool(one.state)
        for one in found
    )
