"""Work done after the answer, by the worker beside the server."""

from datetime import timedelta

from django_tasks_db.models import DBTaskResult

from teladan.compat import task
from teladan.house.notices import now_for_tasks, send_waiting


@task()
def deliver() -> list[int]:
    """Send the mails that are waiting and released; returns [sent, dropped].

    While the mail server is away it tries again in five minutes.
    """
    now = now_for_tasks()
    try:
        return list(send_waiting(now))
    except OSError:
        again = DBTaskResult.objects.filter(task_path=deliver.module_path, run_after__gt=now)
        if not again.filter(status="READY").exists():
            deliver.using(run_after=now + timedelta(minutes=5)).enqueue()
        raise
