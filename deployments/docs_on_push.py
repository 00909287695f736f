"""When documentation follows the code: upon pushes and pull requests, decisions, and merges of its own pull requests.

Which code, and where its pages go, is said by documentation projects: with none, nothing happens. Pushes that come
within ten seconds of each other are one change.
"""

from collections.abc import Callable

from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from flows.docs_on_push import docs_on_push
from flows.documentation.publish import SCENARIO
from flows.documentation_reviewed import documentation_reviewed
from flows.publish_documentation import publish_documentation
from flows.publishing.repository import TRAILER
from tieline.dispatch import Debounce, Event, Trigger, on_event
from tieline.dispatch.templates import fill

QUIET_SECONDS, AT_MOST_SECONDS = 10.0, 60.0


def _counts(event: Event) -> bool:
    """Whether a branch has got commits of somebody else's: no tag, not deleted, and not all of them ours."""
    payload = event.payload
    messages = [str(one.get("message") or "") for one in payload.get("commits") or []]
    ours = bool(messages) and all(TRAILER in one for one in messages)
    return str(payload["ref"]).startswith("refs/heads/") and set(str(payload["after"])) != {"0"} and not ours


def _on_push(
    system: str, push: dict[str, str], when: Callable[[Event], bool] | None, by: str = "{payload.ref}"
) -> Trigger:
    return on_event(
        f"{system}.push",
        docs_on_push,
        map={"pushes": [{"source": system + "/{connection}", **push}]},
        when=when,
        batch="pushes",
        lane="batch",
        wait=Debounce(
            QUIET_SECONDS, by=f"{{connection}} {push['repository']} {by}", at_most=AT_MOST_SECONDS, keep="all"
        ),
        name=f"{system}-push",
        description=f"Documents what was pushed to {system}, for the documentation projects that it belongs to.",
    )


def _on_request(system: str, request: dict[str, str]) -> Trigger:
    return on_event(
        (f"{system}.pull_request.opened", f"{system}.pull_request.synchronize"),
        docs_on_push,
        map={"pushes": [{"source": system + "/{connection}", **request}]},
        batch="pushes",
        lane="batch",
        wait=Debounce(
            QUIET_SECONDS,
            by=f"{{connection}} {request['repository']} {request['request']}",
            at_most=AT_MOST_SECONDS,
        ),
        name=f"{system}-request",
        description=f"Says on pull requests at {system} what they would make of the documentation.",
    )


def _on_review(system: str, repository: str, branch: str) -> Trigger:
    return on_event(
        (f"{system}.pull_request.merged", f"{system}.pull_request.closed"),
        documentation_reviewed,
        map={
            "reviews": [
                {
                    "source": system + "/{connection}",
                    "repository": repository,
                    "branch": branch,
                    "merged": "{name}",
                    "by": "{who}",
                }
            ]
        },
        when=lambda event: str(fill(branch, event)).startswith("tieline/"),
        batch="reviews",
        name=f"{system}-documentation-reviewed",
        description=f"Takes it for a decision when somebody merges or closes documentation at {system}.",
    )


#: Where the payloads of each host say what: the repository, a pull request's target, its commit, number and branch.
_GITHUB = "{payload.repository.full_name}"
_GITLAB = "{payload.project.path_with_namespace}"
_REF = {"branch": "{payload.ref}", "before": "{payload.before}", "after": "{payload.after}"}

triggers = [
    _on_push("github", {"repository": _GITHUB, **_REF}, _counts),
    _on_push("gitlab", {"repository": _GITLAB, **_REF}, _counts),
    # Bitbucket tells of several branches at once: those that a project names are looked at.
    _on_push("bitbucket", {"repository": _GITHUB}, None, by="push"),
    _on_request(
        "github",
        {
            "repository": _GITHUB,
            "branch": "{payload.pull_request.base.ref}",
            "after": "{payload.pull_request.head.sha}",
            "request": "{payload.number}",
        },
    ),
    _on_request(
        "gitlab",
        {
            "repository": _GITLAB,
            "branch": "{payload.object_attributes.target_branch}",
            "after": "{payload.object_attributes.last_commit.id}",
            "request": "{payload.object_attributes.iid}",
        },
    ),
    _on_request(
        "bitbucket",
        {
            "repository": _GITHUB,
            "branch": "{payload.pullrequest.destination.branch.name}",
            "after": "{payload.pullrequest.source.commit.hash}",
            "request": "{payload.pullrequest.id}",
        },
    ),
    _on_review("github", _GITHUB, "{payload.pull_request.head.ref}"),
    _on_review("gitlab", _GITLAB, "{payload.object_attributes.source_branch}"),
    _on_review("bitbucket", _GITHUB, "{payload.pullrequest.source.branch.name}"),
    on_event(
        "tieline.approval_decided",
        publish_documentation,
        map={"approved": ["{payload.id}"]},
        # What a rule has decided is published by the run that asked.
        when=lambda event: event.payload["scenario"] == SCENARIO and event.payload["via"] != "rule",
        batch="approved",
        name="documentation-decided",
        description="Publishes documentation that was approved; closes the pull requests of what was not.",
    ),
]

deployments = [
    RunnerDeployment.from_flow(
        docs_on_push,
        "by-hand",
        description="Documents a project's branch as it is now; for the button in the Prefect UI, or a schedule.",
        parameters={"project": ""},
        concurrency_limit=1,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
]
