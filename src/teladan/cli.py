"""The command `teladan`: serve a site, load its demo, audit it, search it, check its bundles.

Django is imported inside the commands, so that `teladan --help` answers at once.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

import teladan

app = typer.Typer(
    name="teladan",
    help="Public-sector innovation, from the first idea to the places that adopt it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
demo = typer.Typer(help="The demo: real facts, simulated editions.", no_args_is_help=True)
app.add_typer(demo, name="demo")

Data = Annotated[
    Path, typer.Option("--data", envvar="TELADAN_DATA", help="Folder of the site's data.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
HERE = Path("data")


def fail(why: object, code: int = 2) -> NoReturn:
    """End with one sentence on the error stream."""
    typer.echo(f"teladan: {why}", err=True)
    raise typer.Exit(code)


def set_up(data: Path, *, must_exist: bool = True) -> None:
    """Point Teladan at its data and start Django."""
    os.environ["TELADAN_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teladan.settings")
    on_sqlite = not os.environ.get("TELADAN_DATABASE_URL")
    if must_exist and on_sqlite and not (data / "teladan.sqlite3").exists():
        fail(f"There is no site in {data}. `teladan run --no-demo --data {data}` makes one.")
    from django.core.exceptions import ImproperlyConfigured

    try:
        import django

        django.setup()
    except (ImproperlyConfigured, OSError) as no:
        fail(no)


@contextlib.contextmanager
def plain_answers() -> Iterator[None]:
    """Turn whatever a command refuses into one sentence and an exit code."""
    from django.core.management import CommandError
    from django.db import DatabaseError

    from teladan.house.refusals import Refusal

    try:
        yield
    except Refusal as no:
        fail(no.reason, 1)
    except CommandError as no:
        fail(no, no.returncode)
    except DatabaseError as no:
        fail(f"The database does not answer as it should: {no}")


def perform(command: str, *arguments: str) -> None:
    """Run a management command and pass its answer on."""
    from django.core.management import call_command

    with plain_answers():
        call_command(command, *arguments)


def version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        typer.echo(f"teladan {teladan.__version__}")
        raise typer.Exit


@app.callback()
def main_options(
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=version, help="Print the version."),
    ] = False,
) -> None:
    """Public-sector innovation, from the first idea to the places that adopt it."""


@app.command()
def run(
    data: Data = HERE,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=0, max=64, help="Server processes; 0: choose.")] = 0,
    with_demo: Annotated[
        bool, typer.Option("--demo/--no-demo", help="Fill an empty database with the demo.")
    ] = True,
) -> None:
    """Serve a site: prepare it, fill it if it is empty, start server and worker."""
    from teladan.management import serving

    shown = f"[{host}]" if ":" in host else host
    shown = "127.0.0.1" if host in serving.EVERYWHERE else shown
    os.environ.setdefault("TELADAN_SITE_URL", f"http://{shown}:{port}")
    serving.stop_like_ctrl_c()
    os.umask(0o077)  # database, mails and evidence are for the site's own user
    site = None
    try:
        serving.refuse_taken_port(host, port)
        typer.echo(f"Teladan {teladan.__version__}, with its data in {data.resolve()}")
        set_up(data, must_exist=False)
        from django.conf import settings

        with plain_answers():
            serving.make_ready(lambda line: typer.echo(f"  {line}"), demo=with_demo)
        typer.echo("  starting the server and the worker")
        with serving.uninterrupted():
            site = serving.Site(host, port, workers or serving.sensible_workers())
        site.wait_until_it_answers(next(iter(settings.ALLOWED_HOSTS), shown).lstrip("."))
        show_accounts()
        typer.echo(f"Ready: http://{shown}:{port}/   (Ctrl-C stops it)")
        site.watch()
    except serving.CannotServe as no:
        fail(no, 1 if isinstance(no, serving.Ended) else 2)
    except KeyboardInterrupt:
        typer.echo("\nStopping.")
    finally:
        if site:
            site.stop()


def show_accounts() -> None:
    """Print the demo's accounts, if there is a demo."""
    from teladan.management.demo.people import known_accounts

    accounts = known_accounts()
    if not accounts:
        return
    typer.echo("\nThe demo's accounts. A password holds until it is changed:\n")
    for row in accounts:
        password = row["password"] or "(changed)"
        typer.echo(f"  {row['office']:<12} {row['email']:<24} {password}")
    typer.echo("")


@demo.command("load")
def demo_load(
    data: Data = HERE,
    size: Annotated[str, typer.Option(help="full or small")] = "full",
    facts_only: Annotated[
        bool, typer.Option("--facts-only", help="Load the shipped facts, simulate nothing.")
    ] = False,
) -> None:
    """Fill an empty database: shipped facts, and three simulated editions."""
    set_up(data, must_exist=False)
    perform("migrate", "--no-input", "--verbosity", "0")
    perform("demo", "load", "--size", size, *(["--facts-only"] if facts_only else []))


@demo.command("accounts")
def demo_accounts(data: Data = HERE, as_json: AsJson = False) -> None:
    """Show who may sign in to the demo, and how."""
    set_up(data)
    perform("demo", "accounts", *(["--json"] if as_json else []))


@app.command()
def appoint(
    email: Annotated[str, typer.Argument(help="Who.")],
    office: Annotated[str, typer.Argument(help="secretariat, minister, treasury, auditor, …")],
    data: Data = HERE,
    name: Annotated[str, typer.Option(help="Of a person who has no account yet.")] = "",
    institution: Annotated[str, typer.Option(help="Its name, for local offices.")] = "",
    unit: Annotated[str, typer.Option(help="Its name, for the office of a unit.")] = "",
    by: Annotated[str, typer.Option(help="E-mail of the secretariat who appoints.")] = "",
) -> None:
    """Give a person an office; a site's first secretariat is appointed this way."""
    set_up(data)
    perform("migrate", "--no-input", "--verbosity", "0")
    said = ["--name", name, "--institution", institution, "--unit", unit, "--by", by]
    perform("appoint", email, office, *said)


@app.command()
def institution(
    name: Annotated[str, typer.Argument(help="Its full name.")],
    data: Data = HERE,
    kind: Annotated[str, typer.Option(help="ministry, agency, province, regency, city, …")] = "",
    region: Annotated[str, typer.Option(help="Code of its region, such as 32.71.")] = "",
    by: Annotated[str, typer.Option(help="E-mail of the secretariat who sets it up.")] = "",
) -> None:
    """Set up an institution, so that a local admin can be appointed to it."""
    set_up(data)
    perform("migrate", "--no-input", "--verbosity", "0")
    perform("institution", "--kind", kind, "--region", region, "--by", by, "--", name)


@app.command()
def audit(data: Data = HERE) -> None:
    """Compute ledger, seals and funds again; exit 1 if anything differs."""
    set_up(data)
    perform("audit")


@app.command()
def tally(
    round_: Annotated[str, typer.Argument(metavar="ROUND", help="Its key, or EDITION/NUMBER.")],
    data: Data = HERE,
    seal: Annotated[bool, typer.Option("--seal", help="Close the round for ever.")] = False,
    by: Annotated[str, typer.Option(help="E-mail of the secretariat who seals.")] = "",
    order: Annotated[str, typer.Option(help="Keys of tied entries, winners first.")] = "",
    because: Annotated[str, typer.Option(help="Why the plenary decided so.")] = "",
    as_json: AsJson = False,
) -> None:
    """Count a round; nothing is kept unless told."""
    set_up(data)
    said = ["--by", by, "--order", order, "--because", because]
    flags = [flag for flag, on in (("--seal", seal), ("--json", as_json)) if on]
    perform("tally", round_, *said, *flags)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Words, in Indonesian or English.")],
    data: Data = HERE,
    number: Annotated[int, typer.Option("-n", "--number", min=1, max=200)] = 10,
    as_json: AsJson = False,
) -> None:
    """Search the library, as its page does."""
    set_up(data)
    from teladan.library.search import search as find

    with plain_answers():
        found = find(query, size=number, patient=True)
    if as_json:
        # What is made up or doubtful says so here too.
        hits = [
            {**hit.as_dict(), "simulated": hit.simulated, "uncertain": hit.uncertain}
            for hit in found.hits
        ]
        typer.echo(json.dumps({**found.as_dict(), "hits": hits}, ensure_ascii=False, default=str))
        return
    for hit in found.hits:
        mark = " [simulated]" if hit.simulated else " [uncertain]" if hit.uncertain else ""
        typer.echo(f"{hit.title}{mark}\n    {hit.institution}, {hit.year or '?'}: {hit.level}")
    typer.echo(f"{len(found.hits)} of {found.total}" if found.total else "Nothing was found.")


@app.command()
def bundle(
    out: Annotated[Path, typer.Option("-o", "--output", help="File to write.")],
    data: Data = HERE,
    edition: Annotated[str, typer.Option(help="Short name of an edition.")] = "",
    latest: Annotated[bool, typer.Option("--latest", help="The latest proclaimed one.")] = False,
) -> None:
    """Write all that a stranger needs to compute a proclaimed result again."""
    if bool(edition) == latest:
        fail("Say which edition: --latest, or --edition with its short name.")
    set_up(data)
    from teladan.awards.bundles import bundle_of
    from teladan.contest.models import Edition

    with plain_answers():
        proclaimed = Edition.objects.filter(proclamation__isnull=False)
        found = (
            proclaimed.filter(slug=edition).first()
            if edition
            else proclaimed.order_by("-proclamation__at").first()
        )
        if found is None:
            what = f"No proclaimed edition is called {edition}" if edition else "None is proclaimed"
            fail(f"{what}: a bundle exists from the proclamation on.", 1)
        text = json.dumps(bundle_of(found), ensure_ascii=False, indent=1)
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as no:
        fail(f"{out} cannot be written: {no.strerror}.")
    typer.echo(f"{out}: {found.name}")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A bundle.")],
    _data: Data = HERE,
) -> None:
    """Compute a bundle's results again, without any database; exit 1 if anything differs."""
    read = read_json(file)
    # A stranger has no site: nothing is read from one and no folder is made.
    os.environ.setdefault("TELADAN_SECRET_KEY", "nothing is signed here")
    os.environ.pop("TELADAN_DATABASE_URL", None)
    set_up(HERE, must_exist=False)
    from teladan.awards.bundles import faults_in

    faults = faults_in(read)
    for fault in faults:
        typer.echo(fault)
    if faults:
        fail(f"{file} does not hold: {len(faults)} faults.", 1)
    typer.echo(f"{file} holds: every standing was computed again.")


def read_json(file: Path) -> Any:
    """Read a JSON file, or end with what is wrong with it."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as no:
        fail(f"{file} cannot be read: {no.strerror}.")
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as no:
        fail(f"{file} is not JSON: {no}.")


@app.command(
    add_help_option=False,
    context_settings={
        "allow_extra_args": True,
        "allow_interspersed_args": False,
        "ignore_unknown_options": True,
    },
)
def engine(context: typer.Context) -> None:
    """Compute on files, without a site: assign, calibrate, novelty, pair, share, plan."""
    from teladan.engine.commands import main as compute

    raise typer.Exit(compute(context.args, "teladan engine"))


def main() -> None:
    """Run the command line."""
    app()
