"""What a customer asked and no page answers: an entry for the page of questions, without personal data."""

from __future__ import annotations

import hashlib
import re

from blocks.documentation_project import DocumentationProject
from flows.documentation.prose import prompt
from flows.helpdesks import Solution, Ticket
from flows.publishing import Page
from tasks import language
from tieline.language.code import markdown
from tieline.language.gaps import asked
from tieline.language.private import without_personal

#: Sentences of the customer's, and of the agent's, that an entry keeps.
ASKED, ANSWERED = 2, 5
_CHARACTERS, _HEADING = 20_000, 120
_ANSWER = (
    "The text has a question of a customer and the answer of a support agent. Write the answer for the documentation, "
    "for everybody who has the same question: what to do, in at most eight sentences, as plain paragraphs. Leave out "
    "whom it was for and what concerned only them. Nothing that is not in the text."
)


async def entry(project: DocumentationProject, helpdesk: str, ticket: Ticket, solution: Solution) -> Page:
    """The entry for a ticket: the question, and the answer of the agent.

    Args:
        project: Its language model writes the answer anew; embedded keeps key sentences.
        helpdesk: Where the ticket is, such as "zendesk/questions".
        ticket: The customer's question.
        solution: What the agent answered.

    Raises:
        ConnectorError: The model did not answer.
    """
    subject = _private(ticket.subject, solution)
    question = "\n".join(line for line in _private(asked(_whole(ticket)), solution).split("\n") if line != subject)
    answer = _private(asked(f"Hello,\n{solution.text}"), solution)  # what has a greeting has no subject
    question = await _sentences(question, ASKED)
    if project.model == "embedded":
        answer = await _sentences(answer, ANSWERED)
    else:
        text = f"The question:\n\n{subject}\n{question}\n\nThe answer:\n\n{answer}"[:_CHARACTERS]
        made = await language.generate(project.model, prompt=prompt(_ANSWER, project), text=text)
        answer = _private(made.text, solution)
    title = markdown.line(subject[:_HEADING]) or "A question"
    parts = [f"## {title}", *([_quoted(question)] if question else []), markdown.block(answer)]
    return Page(
        path="questions",
        title="Questions",
        region=region(helpdesk, ticket.id),
        text="\n\n".join(parts),
        newest_first=True,
    )


def region(helpdesk: str, number: int) -> str:
    """The region of a ticket: the same for the same one, and for no other; it tells strangers nothing."""
    return f"question-{hashlib.sha256(f'{helpdesk}/{number}'.encode()).hexdigest()[:12]}"


def _whole(ticket: Ticket) -> str:
    return f"{ticket.subject}\n\n{ticket.text}"


def _private(text: str, solution: Solution) -> str:
    return without_personal(text, solution.names)


async def _sentences(text: str, most: int) -> str:
    """The key sentences of a text, as the embedded engine chooses them; all of a short one."""
    if len(text.split("\n")) <= most:
        return " ".join(text.split("\n")).strip()
    made = await language.summarize("embedded", text=re.sub(r"\n+", "\n\n", text), sentences=most)
    return made.text.strip()


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in markdown.block(text).split("\n"))
