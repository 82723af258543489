"""What is true of every page, in every language."""

import re

from flask import render_template

from portal.policy.loader import load_policies

CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")  # sentences hold words that hold words
BY_GET = {"/review/", "/review/clocks", "/review/rewards", "/review/payouts", "/policy"}
LIMIT = 30_000  # bytes, heads included
REWARDS = load_policies().rewards  # whose articles are Chinese in every language
BASES = {one.basis for one in (*REWARDS.rules.rows.values(), *REWARDS.rules.provisions.values())}
BASES |= {REWARDS.heading.source}
LAW = re.compile("|".join(map(re.escape, sorted(BASES, key=len, reverse=True))))
SPOKEN = ("title", "alt", "aria-label", "placeholder", "content", "value", "label")


def test_html_is_whole(drawn):
    assert drawn.open == []


def test_title_is_heading_and_site(drawn):
    title, heading = drawn.text_of("title"), drawn.text_of("h1")
    assert len(drawn.all("h1")) == 1
    assert heading
    assert title.removeprefix("⟦错误：⟧").removeprefix("错误：").removeprefix("Error: ").startswith(f"{heading} - ")


def test_ids_are_unique(drawn):
    assert sorted(drawn.ids) == sorted(set(drawn.ids))


def test_language_is_declared(drawn):
    assert drawn.all("html")[0]["lang"] == drawn.language


def test_every_control_has_a_label(drawn):
    labelled = {label["for"] for label in drawn.all("label")}
    for control in drawn.all("input", "select", "textarea"):
        if control.get("type") != "hidden":
            assert control["id"] in labelled


def test_every_reference_leads_somewhere(drawn):
    ids = set(drawn.ids)
    for _, attrs in drawn.elements:
        for name in ("for", "aria-describedby", "aria-labelledby"):
            assert set((attrs.get(name) or "").split()) <= ids
    links = [link["href"] for link in drawn.all("a")]
    assert {link[1:] for link in links if link.startswith("#")} <= ids


def test_nothing_runs_and_nothing_is_styled_inside(drawn):
    assert not drawn.all("style", "iframe", "object")
    offered = [attrs for _, attrs in drawn.elements if "data-passkey" in attrs]
    scripts = [script["src"].partition("?")[0] for script in drawn.all("script")]
    assert scripts == (["/static/passkey.js"] if offered else [])
    for _, attrs in drawn.elements:
        assert not [name for name in attrs if name == "style" or name.startswith("on")]
    assert "data:" not in drawn.html
    assert "javascript:" not in drawn.html


def test_every_form_posts_with_a_token(drawn):
    forms = [form for form in drawn.all("form") if form["action"] not in BY_GET]
    assert all(form["method"] == "post" and form["action"].startswith("/") for form in forms)
    tokens = [field for field in drawn.all("input") if field.get("name") == "csrf_token" and field["value"]]
    assert len(tokens) == len([form for form in forms if form["action"] != "/mailbox/leave"])


def test_there_is_one_way_past_the_head(drawn):
    assert drawn.elements[drawn.elements.index(("body", drawn.all("body")[0])) + 1] == (
        "a",
        {"class": "skip", "href": "#main"},
    )


def test_headings_skip_no_level(drawn):
    levels = [int(tag[1]) for tag, _ in drawn.elements if re.fullmatch("h[1-6]", tag)]
    start = levels.index(1)
    assert all(later - earlier <= 1 for earlier, later in zip(levels[start:], levels[start + 1 :], strict=False))


def test_every_sentence_is_in_the_catalogue(drawn):
    """In the pseudo-locale whatever is not between brackets was never marked; in English no Chinese is left."""
    if drawn.language == "zh-Hans":
        return
    shown = " ".join(text for tag, text in drawn.texts)  # a sentence may hold a link or a strong word
    attributes = [attrs[name] for _, attrs in drawn.elements for name in SPOKEN if attrs.get(name)]
    own_names = "中文"  # languages are called by their own names
    bare = [LAW.sub("", unbracketed(text)).replace(own_names, "") for text in (shown, *attributes)]
    assert [text for text in bare if CJK.search(text)] == []


def unbracketed(text: str) -> str:
    while (rest := INNERMOST.sub("", text)) != text:
        text = rest
    return text


def test_public_pages_can_be_left_at_once(drawn):
    if "哨音办理端" in drawn.html or "Shaoyin office" in drawn.html:
        return
    exits = [attrs for tag, attrs in drawn.elements if attrs.get("class") == "exit"]
    assert exits == [{"class": "exit", "name": "exit", "value": "y"}]
    assert {"method": "post", "action": "/mailbox/leave", "class": "inline"} in drawn.all("form")


def test_first_visit_weighs_no_more_than_30_kilobytes(app, samples):
    """With all kinds and places of the policy, and every county office receiving its own."""
    policies = load_policies()
    offices = {seed.division: seed.names[-1].zh for seed in policies.authorities.seeds}
    kinds = [
        (top, [k for k in policies.categories.kinds.values() if k.top == top.code]) for top in policies.categories.tops
    ]
    places = [
        (city.zh, offices[city.code], [(d.code, d.zh, offices.get(d.code, offices[city.code])) for d in counties])
        for city in policies.divisions.prefectures()
        if (counties := policies.divisions.counties(city.code))
    ]
    samples.tops, samples.options = kinds, places
    with app.test_client() as client:
        _, template, context = samples.all()["report"]
        app.add_url_rule("/report", "report", lambda: render_template(template, **context()))
        answers = [client.get("/report", buffered=True)]
        answers += [
            client.get(address, buffered=True)
            for address in re.findall('(?:href|src)="(/static/[^"]+)"', answers[0].text)[:2]
        ]
    assert {answer.status_code for answer in answers} == {200}
    assert len(set(re.findall('/static/[^"]+', answers[0].text))) == 2  # so three requests in all
    weight = sum(len(answer.data) + len(str(answer.headers)) for answer in answers)
    assert weight <= LIMIT
