"""Commands are typed in the test's own process."""

import pytest

from portal.cli import main


@pytest.fixture
def ask(capsys):
    """Type a command; returns its status and what it wrote on each side."""

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        captured = capsys.readouterr()
        return end.value.code, captured.out, captured.err

    return run
