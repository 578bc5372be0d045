"""The one way to say no."""


class Refusal(Exception):
    """A rule was applied and the act was not performed.

    Refusals are answers, not crashes: the web shows them with status 409 and keeps what was
    typed; commands print them and exit 1. `code` is stable and tested; `reason` is for people
    and is translated. It says what was asked, which rule stopped it, and what to do next.
    """

    def __init__(self, code: str, reason: object) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = str(reason)

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"
