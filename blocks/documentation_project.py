"""What is documented, from where, for whom, and who has to agree. It holds no secret: it names connections that do."""

import re
from typing import Literal, Self

from prefect.blocks.core import Block
from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["reference", "changelog", "undocumented", "questions"]
Rule = Literal["docstrings_only", "not_breaking", "everything"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Source(_Part):
    """The code that is documented."""

    connection: str = Field(description='Where it is kept, such as "github/app": a connection that is read-only.')
    repository: str = Field(description='As the code host names it, such as "acme/app".')
    branches: list[str] = Field(["main"], description="Whose pushes count; `*` and `?` are taken for any letters.")
    paths: list[str] = Field(["src/**"], description="Files that count; `**` goes through all folders.", min_length=1)
    on: list[Literal["push", "pull_request"]] = Field(
        ["push"], description="A push is documented; a pull request is answered with what it would change."
    )
    answer_with: str = Field(
        "", description='Who writes on pull requests of the code, such as "github/bot"; needed where those count.'
    )


class Target(_Part):
    """A place that pages are published to."""

    connection: str = Field(description='Such as "confluence/docs", "github/docs" or "files/site".')
    place: str = Field("", description='Where in there, such as the space "DOCS", or "acme/docs@main:api".')
    pages: list[Kind] = Field(
        ["reference", "changelog", "undocumented", "questions"], description="Which pages go there."
    )
    how: Literal["commit", "pull_request"] = Field(
        "commit", description="In a repository: straight to the branch, or as a pull request that waits for a person."
    )


class Review(_Part):
    """Who has to agree before anything is published."""

    auto: list[Rule] = Field(
        [],
        description="What needs nobody: docstrings_only (no public name or signature changes), not_breaking, or "
        "everything.",
    )
    places: list[str] = Field(
        [],
        description='Where people are told, such as "slack/team/C0123" (a channel or a person), "teams/docs/a@b.com".',
    )
    approvers: list[str] = Field(
        [], description="Who may decide there: e-mail addresses, and ids of Slack's users. Nobody, if it is empty."
    )
    hours: float = Field(72, gt=0, description="After so many hours without a decision it is dropped, on record.")
    remind_hours: float = Field(24, gt=0, description="After so many hours they are reminded.")
    escalate_hours: float = Field(48, gt=0, description="After so many hours others are told, too.")
    escalate_to: list[str] = Field([], description="Where these are told, like `places`.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if max(self.remind_hours, self.escalate_hours if self.escalate_to else 0) >= self.hours:
            raise ValueError("it would be dropped before the reminder: give more hours")
        return self


class DocumentationProject(Block):
    """What is documented when code changes: where the code is, where the pages go, and who has to agree."""

    _block_type_name = "Documentation Project"
    _block_type_slug = "documentation-project"

    source: Source = Field(description="The code.")
    context: list[str] = Field(
        [], description='Trackers whose issues commits name, such as "jira/work" or "linear/main"; read-only ones.'
    )
    questions_from: list[str] = Field(
        [],
        description='Help desks whose solved tickets may show what is missing, such as "zendesk/questions"; read-only '
        "ones.",
    )
    targets: list[Target] = Field(description="Where pages are published.", min_length=1)
    review: Review = Field(Review(), description="Who has to agree.")
    model: str = Field("embedded", description="A saved language model that writes prose; embedded writes none.")
    templates: dict[Kind, str] = Field(
        {},
        description="Words around a kind of page, in Markdown, with {text} for what is generated and {title}.",
    )
    style: str = Field("", description="How it shall write, in your words; the pages themselves are always exact.")

    @model_validator(mode="after")
    def _apart(self) -> Self:
        reading = {self.source.connection, *self.context, *self.questions_from}
        writing = {one.connection for one in self.targets}
        writing |= {self.source.answer_with} - {""}
        for both in sorted(reading & writing):
            raise ValueError(f"{both} both reads and publishes: use two connections, of which one is read-only")
        if "pull_request" in self.source.on and not self.source.answer_with:
            raise ValueError("pull requests are answered: say with which connection, in answer_with")
        if self.questions_from and not any("questions" in one.pages for one in self.targets):
            raise ValueError("no target has the page of questions: name it in the pages of one")
        for kind, template in self.templates.items():
            if "{text}" not in template:
                raise ValueError(f"the template of {kind} has no place for {{text}}")
        if len({(one.connection, one.place) for one in self.targets}) < len(self.targets):
            raise ValueError("two targets are the same place")
        asked = [(one.connection, re.split("[@:]", one.place)[0]) for one in self.targets if one.how == "pull_request"]
        if len(set(asked)) < len(asked):
            raise ValueError(
                "two targets are pull requests of one repository: give one of them, with a folder above both"
            )
        return self
