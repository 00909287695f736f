"""What people see of the simulated GitLab."""

from tieline.sandbox.gitlab import shown
from tieline.sandbox.gitlab.memory import GitLab, Project
from tieline.sandbox.gitlab.talk import accept
from tieline.sandbox.happening import Record
from tieline.sandbox.pages.repositories import Issue, Pages, Proposal, Said


def _state(one: Record) -> str:
    return "open" if one["state"] == "opened" else str(one["state"])


def _proposal(repo: Project, one: Record) -> Proposal:
    view = shown.merge(None, repo, one)
    base, head = shown.ends(repo, one)
    notes = repo.notes["merge_requests", one["iid"]]
    return Proposal(
        number=one["iid"], title=one["title"], text=one["description"] or "", author=one["author"]["username"],
        state=_state(one), at=one["created_at"], labels=one["labels"],
        comments=[Said(note["author"]["username"], note["created_at"], note["body"]) for note in notes],
        head=one["source_branch"], base=one["target_branch"], head_sha=head, base_sha=base,
        mergeable=view["detailed_merge_status"] == "mergeable",
    )  # fmt: skip


def _proposals(repo: Project) -> list[Proposal]:
    return [_proposal(repo, one) for one in reversed(repo.merges.values())]


def _issues(repo: Project) -> list[Issue]:
    issues = reversed(repo.issues.values())
    return [Issue(one["iid"], one["title"], _state(one)) for one in issues]


def _merge(gitlab: GitLab, repo: Project, number: int) -> None:
    accept(gitlab, repo, repo.merges[number])


PAGES = Pages(
    home=shown.HOME,
    word="merge request",
    kind="merge_requests",
    memory=GitLab,
    proposals=_proposals,
    issues=_issues,
    merge=_merge,
)
