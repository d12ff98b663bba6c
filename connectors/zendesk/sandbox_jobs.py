"""The Zendesk sandbox's bulk jobs: queued, working, completed, whether or not anybody polls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors.zendesk.sandbox_blank import SUBDOMAIN, Record
from connectors.zendesk.sandbox_records import Job, stamp
from connectors.zendesk.sandbox_updates import RowError

if TYPE_CHECKING:
    from connectors.zendesk.sandbox import Sandbox


KEPT = 200


class Jobs:
    """Runs jobs over the sandbox's desk."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._box = sandbox

    def open(self) -> list[Job]:
        """Return jobs that are queued or working."""
        return [job for job in self._box.desk.jobs.values() if job.results is None]

    def polled(self, job: Job) -> Record:
        """Let a job come further and show it."""
        job.polls += 1
        if job.polls >= 3 and job.results is None:
            self._run(job)
        return self.view(job)

    def view(self, job: Job) -> Record:
        """Show a job as Zendesk does: queued, working, completed."""
        states = ("queued", "working", "working")
        done = job.results is not None
        progress = len(job.rows) if done else (len(job.rows) // 2 if job.polls else None)
        url = f"https://{SUBDOMAIN}.zendesk.com/api/v2/job_statuses/{job.id}.json"
        word = f"Updating {job.object_type} #{progress}" if job.polls else None
        return {
            "id": job.id,
            "url": url,
            "total": len(job.rows),
            "progress": progress,
            "status": "completed" if done else states[min(job.polls, 2)],
            "message": job.message if done else word,
            "results": job.results,
        }

    def run_due(self) -> None:
        """Run the jobs that are old enough."""
        self._forget()
        due = self._box.clock_.now() - timedelta(seconds=float(self._box.options.get("job_seconds", 0.2)))
        for job in self.open():
            if job.created_at <= due:
                self._run(job)

    def _forget(self) -> None:
        # Zendesk shows a job for an hour. https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/
        jobs = self._box.desk.jobs
        while len(jobs) > KEPT and next(iter(jobs.values())).results is not None:
            del jobs[next(iter(jobs))]

    def _run(self, job: Job) -> None:
        now = self._box.clock_.now()
        job.results = [self._row(job, row, now) for row in job.rows]
        job.message = f"Completed at {stamp(now).replace('T', ' ').replace('Z', ' +0000')}"

    def _row(self, job: Job, row: Record, now: datetime) -> Record:
        try:
            updates = self._box.updates
            updates.per_ticket, updates.per_user = self._box.limit("per_ticket"), self._box.limit("per_user")
            self._box.updates.apply(job.object_type, row, job.actor_id, now)
        except RowError as refused:
            return {
                "id": row.get("id"),
                "action": "update",
                "success": False,
                "error": refused.error,
                "details": refused.details,
            }
        return {"action": "update", "status": "Updated", "success": True, "id": row["id"]}
