"""What people see of the simulated GitHub."""

from tieline.sandbox.github import shown
from tieline.sandbox.github.memory import GitHub, Repo
from tieline.sandbox.github.talk import merge
from tieline.sandbox.happening import Record
from tieline.sandbox.pages.repositories import Issue, Pages, Proposal, Said


def _proposal(repo: Repo, one: Record) -> Proposal:
    view = shown.pull(None, repo, one)
    comments = [Said(c["user"]["login"], c["created_at"], c["body"]) for c in repo.comments[one["number"]]]
    return Proposal(
        number=one["number"], title=one["title"], text=one["body"] or "", author=one["user"]["login"],
        state="merged" if one["merged"] else one["state"], at=one["created_at"], comments=comments,
        labels=[label["name"] for label in one["labels"]], head=view["head"]["ref"], base=view["base"]["ref"],
        head_sha=view["head"]["sha"], base_sha=view["base"]["sha"], mergeable=bool(view["mergeable"]),
    )  # fmt: skip


def _proposals(repo: Repo) -> list[Proposal]:
    return [_proposal(repo, one) for one in repo.pulls()]


def _issues(repo: Repo) -> list[Issue]:
    issues = [one for one in reversed(repo.issues.values()) if "sandbox_head" not in one]
    return [Issue(one["number"], one["title"], one["state"]) for one in issues]


def _merge(github: GitHub, repo: Repo, number: int) -> None:
    merge(github, repo, repo.issues[number])


PAGES = Pages(
    home=shown.HOME,
    word="pull request",
    kind="pull",
    memory=GitHub,
    proposals=_proposals,
    issues=_issues,
    merge=_merge,
)
