"""`portal doctor`."""

import json
import os
from datetime import UTC, datetime

import click

from portal.settings import Settings


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
def command(*, as_json: bool) -> int:
    """检查这套系统 · examine the installation; exits 1 when something fails."""
    settings = Settings.from_environ(os.environ)
    from portal.office import doctor  # noqa: PLC0415  # the store and its models only where they are used

    findings = doctor.examine(settings, now=datetime.now(UTC))
    ok = all(finding.level != "failure" for finding in findings)
    if as_json:
        checks = [{"name": f.name, "level": f.level, "said": f.said} for f in findings]
        click.echo(json.dumps({"ok": ok, "checks": checks}, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{finding.level:8} {finding.name:14} {finding.said}")
    return 0 if ok else 1
