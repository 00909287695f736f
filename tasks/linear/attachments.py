"""Attachments: links from an issue to something elsewhere.

https://linear.app/developers/attachments
"""

from typing import Annotated

from pydantic import Field

from tasks.linear.graphql import ATTACHMENT, ask, listed, page
from tasks.linear.issues import READ, WRITE
from tasks.linear.models import Attachment, Done, Id, IssueId, Limit
from tasks.linear.system import connector
from tieline import Api

Url = Annotated[str, Field(description="A web address.", pattern="^https?://")]


@connector.action(scopes=READ)
async def list_attachments(api: Api, *, issue_id: IssueId, limit: Limit = 100) -> list[Attachment]:
    """List the links of an issue. See https://linear.app/developers/attachments."""
    query = (
        "query($id: String!, $first: Int, $after: String)"
        f" {{ issue(id: $id) {{ attachments(first: $first, after: $after) {page(ATTACHMENT)} }} }}"
    )
    return await listed(api, query, {"id": issue_id}, into=Attachment, at="issue.attachments", limit=limit)


@connector.action(scopes=READ)
async def search_attachments(api: Api, *, url: Url, limit: Limit = 50) -> list[Attachment]:
    """List the links that lead to an address, with their issues. See https://linear.app/developers/attachments."""
    query = (
        "query($url: String!, $first: Int, $after: String)"
        f" {{ attachmentsForURL(url: $url, first: $first, after: $after) {page(ATTACHMENT)} }}"
    )
    return await listed(api, query, {"url": url}, into=Attachment, at="attachmentsForURL", limit=limit)


@connector.action(scopes=WRITE)
async def upsert_attachment(
    api: Api,
    *,
    issue_id: IssueId,
    url: Url,
    title: str,
    subtitle: str | None = None,
    metadata: dict[str, str | int | float] | None = None,
) -> Attachment:
    """Attach a link to an issue; one with the same address is written anew.

    Args:
        api: The connection.
        issue_id: The issue.
        url: Where it leads to.
        title: What people read.
        subtitle: What stands below it.
        metadata: What machines read.

    See https://linear.app/developers/attachments
    """
    asked = {"issueId": issue_id, "url": url, "title": title, "subtitle": subtitle, "metadata": metadata}
    query = (
        "mutation($input: AttachmentCreateInput!)"
        f" {{ attachmentCreate(input: $input) {{ attachment {{ {ATTACHMENT} }} }} }}"
    )
    return await ask(api, query, {"input": asked}, into=Attachment, at="attachmentCreate.attachment", repeatable=True)


@connector.action(scopes=WRITE)
async def add_link(api: Api, *, issue_id: IssueId, url: Url, title: str | None = None) -> Attachment:
    """Link an address to an issue; Linear makes more of those of systems that it is connected with.

    Args:
        api: The connection.
        issue_id: The issue.
        url: Where it leads to, such as a pull request or a message.
        title: What people read, if not the address.

    See https://linear.app/developers/attachments
    """
    query = (
        "mutation($issueId: String!, $url: String!, $title: String)"
        f" {{ attachmentLinkURL(issueId: $issueId, url: $url, title: $title) {{ attachment {{ {ATTACHMENT} }} }} }}"
    )
    variables = {"issueId": issue_id, "url": url, "title": title}
    return await ask(api, query, variables, into=Attachment, at="attachmentLinkURL.attachment", repeatable=False)


@connector.action(scopes=WRITE)
async def delete_attachment(api: Api, *, attachment_id: Id) -> None:
    """Take a link away. See https://linear.app/developers/attachments."""
    query = "mutation($id: String!) { attachmentDelete(id: $id) { success } }"
    await ask(api, query, {"id": attachment_id}, into=Done, at="attachmentDelete", repeatable=True)
