"""Conditions are written alike wherever one is: in a rule, a service policy, a field of our own."""

import pytest

NOTE = {"act-0": "note", "act-0-text": "Look at it."}
TARGETS = {"target_first_answer_1": "1 h", "warn": "75"}
WHERE = {
    "rule": ("rules/new", "rules/check", "condition", {"name": "Vip", "when": "message.received", **NOTE}),
    "policy": ("policies/new/case", "policies/check", "rule", {"name": "Vip", **TARGETS}),
    "field": ("fields", "fields/condition/check", "applies_if", {"key": "vip", "label": "Vip", "kind": "text"}),
}
AS_WRITTEN = 'case.ball == "support"\n  && "vip" in case.tags'


@pytest.fixture
def told(max):
    from tandem.clocks.models import Calendar
    from tandem.clocks.worktime import Hours, Window

    office = Calendar.objects.write(name="Office", hours=Hours(zone="UTC", week=((Window(540, 1020),),) * 7), by=max)
    return {"calendar": office.pk, "audience": "support"}


@pytest.mark.parametrize(("page", "check", "name", "rest"), WHERE.values(), ids=WHERE)
def test_a_condition_is_helped_checked_and_refused_beside_its_field(max, at_the_desk, told, page, check, name, rest):
    desk, wrong = at_the_desk(max), "case.ball ==\r\n case.moon"
    sentence = "The condition is not understood, line 2, character 6: there is no “case.moon”. There are: case.stage, case.ball,"

    shown = desk.get(f"/desk/{page}/").text
    assert f'<textarea name="{name}" cols="40" rows="3" class="code"' in shown
    assert '<option value="case.stage" data-values="submit,intake,' in shown
    assert "<dt><code>case.tags</code></dt>" in shown

    assert sentence in desk.post(f"/desk/{check}/", {name: wrong}).text
    assert "not understood" not in desk.post(f"/desk/{check}/", {name: AS_WRITTEN}).text
    refused = desk.post(f"/desk/{page}/", told | rest | {name: wrong})
    assert refused.status_code == 422
    assert sentence in refused.text.split(f'name="{name}"')[1].split('<datalist id="variables">')[0]
    kept = desk.post(f"/desk/{page}/", told | rest | {name: AS_WRITTEN.replace("\n", "\r\n")}, follow=True)
    assert kept.redirect_chain, kept.text


def test_what_was_written_is_kept_with_its_lines(max, at_the_desk, told):
    from tandem.automate.models import Rule
    from tandem.clocks.models import PolicyVersion
    from tandem.organize.models import Field

    for page, _check, name, rest in WHERE.values():
        at_the_desk(max).post(f"/desk/{page}/", told | rest | {name: f" {AS_WRITTEN} ".replace("\n", "\r\n")})

    kept = (Rule.objects.get().condition, PolicyVersion.objects.get().rule, Field.objects.get().applies_if)
    assert set(kept) == {AS_WRITTEN}
