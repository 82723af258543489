"""The `portal` command: what an operator types; each subcommand is a module, loaded when it is asked for.

It turns every known refusal into one line on stderr and the exit status: 1 what was checked does not hold, 2 bad usage
or bad configuration.
"""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import NoReturn

import click

from portal.domain.errors import PortalError, StartError

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "run": "portal.cli.run",
        "init": "portal.cli.init",
        "upgrade": "portal.cli.upgrade",
        "demo": "portal.cli.demo",
        "tick": "portal.cli.tick",
        "audit": "portal.cli.audit",
        "doctor": "portal.cli.doctor",
        "officer": "portal.cli.officer",
        "desk": "portal.cli.desk",
        "recovery": "portal.cli.recovery",
        "clock": "portal.cli.clock",
        "reward": "portal.cli.reward",
        "policy": "portal.cli.policy",
    }
)


class LazyGroup(click.Group):
    """A group whose subcommands live in modules of their own, under the attribute `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Load the module of one subcommand."""
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[name]).command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def portal() -> None:
    """哨音 Shaoyin：人防系统举报平台 · a sealed reporting portal."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit."""
    try:
        status = portal.main(args=arguments, prog_name="portal", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        fail(error.format_message(), error.exit_code)
    except StartError as refusal:
        fail(str(refusal), 2)
    except PortalError as refusal:
        fail(str(refusal), 1)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)


def fail(message: str, status: int) -> NoReturn:
    """Print one line and exit."""
    click.echo("portal: " + " ".join(message.split()), err=True)
    sys.exit(status)
