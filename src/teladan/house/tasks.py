"""Work done after the answer, by the worker beside the server."""

from teladan.compat import task
from teladan.house.notices import now_for_tasks, send_waiting


@task()
def deliver() -> list[int]:
    """Send the mails that are waiting and released; returns [sent, dropped]."""
    return list(send_waiting(now_for_tasks()))
