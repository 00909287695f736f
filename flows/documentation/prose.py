"""What a language model adds where a project has one: what a change means, and other words for what people wrote.

All that it reads is data, whoever wrote it; all that it writes is shown as text that cannot lead anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from blocks.documentation_project import DocumentationProject
from flows.code_hosts import Comparison
from flows.documentation.pages import Documentation
from flows.documentation.usage import Usage, told
from flows.trackers import Issue
from tasks import language
from tieline.language.code import Mention, api_changelog, markdown

#: Paragraphs that a new wording is suggested for; each is a call of the model.
SUGGESTED = 5
_CHARACTERS, _ISSUE = 20_000, 1_000
_MEANS = (
    "Write what this change of a software library means for those who use it: what is new, what breaks, and what they "
    "have to do. At most eight sentences, as plain paragraphs, nothing that is not in the text."
)
_REWRITE = (
    "The text has a list of changes of a software library, and a paragraph of its documentation. Write the paragraph "
    "so that it is right after the changes. Keep its voice and its length. Answer with the paragraph alone."
)


async def meaning(
    project: DocumentationProject, found: Documentation, comparison: Comparison, issues: Sequence[Issue], used: Usage
) -> str:
    """What a change means for those who use the code, as Markdown; empty without a model."""
    if project.model == "embedded" or not found.changes:
        return ""
    messages = "\n\n".join(one.message for one in comparison.commits)
    about = "\n\n".join(f"{one.key}: {one.title}\n{one.text}"[:_ISSUE] for one in issues)
    parts = [
        api_changelog(found.changes),
        f"Messages of the commits:\n\n{messages}",
        f"Issues:\n\n{about}",
        f"Lines of the code that use what changed:\n\n{told(used)}",
    ]
    text = "\n\n".join(parts)
    made = await language.generate(project.model, prompt=prompt(_MEANS, project), text=text[:_CHARACTERS])
    return markdown.block(made.text)


async def suggestions(
    project: DocumentationProject, found: Documentation, spoken: Sequence[tuple[Mention, str, str]]
) -> str:
    """Other words for paragraphs that name what changed, as Markdown; people decide what they do with them."""
    if project.model == "embedded":
        return ""
    parts: list[str] = []
    seen: set[tuple[str, str]] = set()
    for mention, _, page in spoken:
        paragraph = _paragraph(page, mention.line)
        if paragraph and (mention.page, paragraph) not in seen and len(parts) < SUGGESTED:
            seen.add((mention.page, paragraph))
            text = f"{api_changelog(found.changes)}\n\nThe paragraph:\n\n{paragraph}"[:_CHARACTERS]
            made = await language.generate(project.model, prompt=prompt(_REWRITE, project), text=text)
            where = f"{markdown.code(mention.page)}, line {mention.line}"
            parts.append(f"{where}:\n\n{markdown.fenced(made.text, 'markdown')}")
    return "\n\n".join(["## Suggested wording", *parts]) if parts else ""


def prompt(task: str, project: DocumentationProject) -> str:
    """A task, and how the project wants it written."""
    return f"{task}\n\n{project.style}".strip()


def _paragraph(page: str, line: int) -> str:
    """The paragraph that a line is in."""
    lines = page.split("\n")
    if not 1 <= line <= len(lines) or not lines[line - 1].strip():
        return ""
    begin = end = line - 1
    while begin and lines[begin - 1].strip():
        begin -= 1
    while end + 1 < len(lines) and lines[end + 1].strip():
        end += 1
    return "\n".join(lines[begin : end + 1])
