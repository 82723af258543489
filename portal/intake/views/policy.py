"""`/policy`: the reward rules in plain words, and a calculator on the engine that judges; nothing is recorded."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.domain import clocks
from portal.domain.rewards import assess
from portal.intake.blueprints import intake
from portal.intake.reward_forms import RewardTrial, choices_offered
from portal.web.requests import house, now, reading
from portal.web.reward_terms_words import terms_in_words


@intake.get("/policy")
def policy() -> ResponseReturnValue:
    """The edition in force, or another by its name; with a calculation where one is asked for."""
    with reading() as session:  # where an edition has been adopted, or its day has come, the house learns of it here
        house().directories.read(session, today=clocks.day_of(now()))
    policies = house().policies
    edition = policies.every_rewards.get(request.args.get("edition", ""), policies.rewards)
    asked = RewardTrial(request.args)
    page = render_template(
        "intake/policy.html",
        edition=edition,
        in_force=edition is policies.rewards,
        editions=sorted(policies.every_rewards.values(), key=lambda one: one is not policies.rewards),
        groups=terms_in_words(edition.rules),
        asked=asked,
        found=assess(asked.facts, edition.rules) if asked.facts else None,
        offered=choices_offered(),
    )
    return page, 422 if asked.errors else 200
