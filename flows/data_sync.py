"""Keep a knowledge base in step with documents that lie elsewhere: a repository, a folder, a wiki. One way."""

from __future__ import annotations

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from prefect.runtime import flow_run

from flows.document_sync.job import Job
from flows.document_sync.report import DataSyncReport
from flows.document_sync.work import run
from flows.sync.progress import told

KEY = "data-sync"


def _run_name() -> str:
    """What a run is about, for lists of runs."""
    asked = flow_run.parameters.get("job") or {}
    job = asked if isinstance(asked, Job) else Job.model_validate(asked)
    return f"{job.title}{' everything' * bool(flow_run.parameters.get('everything'))}"


@flow(name=KEY, flow_run_name=_run_name, persist_result=False)
async def data_sync(job: Job, *, everything: bool = False, dry_run: bool = False) -> DataSyncReport:
    """Bring pages, or rows of a table, up to date with documents.

    Documents that have not changed are neither read nor written. Running it again, also after it was killed, writes
    what is missing, and nothing twice. Pages that people have edited are left alone, and told.

    Args:
        job: What is synced: source, target, which documents, what becomes of pages whose document is gone, and checks.
        everything: Read all documents, and look at all pages, whatever is known of them.
        dry_run: Write nothing, and say what would be written.

    Returns:
        What was read, written, deleted and left alone.

    Raises:
        ConfigError: A connection or a place is not there. Nothing was written.
        QualityStopped: A check says that nothing may be written.
        NeedsApproval: More pages would go than the job allows. Nothing was written, and people were asked.
        ConnectorError: A system failed. What was written is known: run it again to go on.
    """
    outcome = await run(job, everything=everything, dry_run=dry_run, progress=told(job.title, KEY))
    report = outcome.report
    get_run_logger().info("%s: %s; %s", report.job, report.state, report.sentence())
    if not report.quiet:
        await acreate_markdown_artifact(report.markdown(), KEY, report.sentence())
    if outcome.trouble is not None:
        raise outcome.trouble
    return report
