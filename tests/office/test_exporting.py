"""What an office's bundle does not open, though it stands in its trail."""

import json
import shutil
from pathlib import Path

from tests.office.test_bundles import JSONL, export, ours
from tests.office.test_transferring import DISCIPLINE, hand
from tests.overseeing import did
from tests.sending import arrive
from tests.world import World


def test_what_discipline_does_and_what_was_handed_to_it_is_in_no_offices_bundle(world: World, tmp_path: Path) -> None:
    """As on an auditor's pages (decision 029): its officers act in an office's trail too."""
    kept, _ = arrive(world)
    gone, case_id = arrive(world)
    hand(world, case_id, DISCIPLINE)
    did(world, "ji", "inquiry_read", [world.clock()])
    world.sign()
    said = export(world, tmp_path / "bundle", "office-220000")
    lines = [json.loads(line)["opening"] for line in (tmp_path / "bundle" / JSONL).read_bytes().splitlines()]
    opened = [one for one in lines if one]
    assert len(opened) == said.opened
    assert "inquiry_read" not in {one["event"] for one in opened}
    named = {one["object"][1] for one in opened if one["object"]}
    assert str(kept.report_id) in named
    assert not {str(gone.report_id), str(case_id)} & named
    mine = export(world, tmp_path / "mine", "discipline-220000")
    assert mine.opened > 0
    shutil.copy(world.settings.root_key, tmp_path / "root.pub")
    assert ours(tmp_path / "bundle").opened == said.opened
