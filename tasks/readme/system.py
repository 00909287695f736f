"""Where ReadMe is, and which project a key leads to."""

from blocks.readme import ReadMeCredentials
from tasks.readme.models import Project
from tieline import Api, HttpRules, Identity, http_connector
from tieline.transport.paging import page_number

connector = http_connector(
    "readme",
    title="ReadMe",
    block=ReadMeCredentials,
    docs="https://docs.readme.com/main/reference/intro-to-the-readme-api",
    # ReadMe publishes no limit in numbers.
    rules=HttpRules(paginate=page_number(items="data")),
)


@connector.health
async def check(api: Api) -> Identity:
    """Which project the key leads to."""
    project = await api.get("/projects/me", into=Project, at="data")
    return Identity(name=project.name, detail=project.subdomain)
