import contextlib
from textwrap import dedent

import pytest
import yaml
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from tandem.automate.commands import settings as command
from tandem.automate.models import Macro, Rule
from tandem.communicate.models import Template
from tandem.kit import portable
from tandem.kit.errors import Refused
from tandem.kit.portable import Unreadable
from tandem.people.models import Team
from tandem.submit.models import ReportTemplate
from tandem.submit.reporting.shipped import sources


@pytest.fixture
def house(max, ada, support, platform):
    """Words for everybody and of a team, with all a text may hold; a signature; what one realm asks, changed."""
    Template.objects.write(
        name="First answer", body="Hello {{ contact.first_name }},\n\n- “we” look: at #it\n\ttab", by=max
    )
    Template.objects.write(name="First answer", body="Hi.", team=support, by=max)
    Team.objects.filter(pk=support.pk).update(signature="Tandem Support\nhttps://tandem.example")
    ReportTemplate.objects.publish("web", source=sources()["web"].replace("label:", "# ours\nlabel:", 1), by=max)
    give = {"act": "give_to", "with": {"to": "max@tandem.example"}}
    note = {"act": "note", "with": {"text": "Two\nlines"}}
    Macro.objects.write(name="Take it", acts=[give, note], team=support, by=max)
    Macro.objects.write(name="Mine", acts=[note], mine=True, by=max)
    Rule.objects.write(name="Silent", when="no_answer", span="4h", acts=[give, {"act": "begin_investigation"}], by=max)
    Rule.objects.write(name="Pressing", when="assessment.judged", condition="case.priority == 1", acts=[give], by=max)
    return ada


def test_out_and_in_again_changes_nothing_and_brings_back_what_was_changed(house, max):
    text = portable.exported()

    assert portable.take(text, by=house) == []
    Template.objects.get(team=None).change(name="First answer", body="No.", team=None, by=max)
    Template.objects.get(body="Hi.").retire(by=max)
    told = portable.check(text, by=house)
    assert portable.take(text, by=house) == told
    assert len(told) == 2
    assert told[0] == "Reply template “First answer” is new."
    assert "Reply template “First answer”: body was “No.”, is “Hello {{ contact.first_name }}" in told[1]
    assert portable.exported() == text


def test_a_change_of_a_line_is_a_change_of_a_line(house):
    before = portable.exported().splitlines()
    signature = Team.objects.get(slug="support")
    signature.signature += "\nWe answer within a day."
    signature.save()

    after = portable.exported().splitlines()
    assert [line.strip() for line in after if line not in before] == ["We answer within a day."]


def test_what_changes_far_into_a_text_is_read_from_a_little_before(house, max):
    long = "We looked into it again, and there is no news yet. " * 4
    template = Template.objects.write(name="No news", body=long + "Until tomorrow.", team=None, by=max)
    text = portable.exported()
    template.change(name="No news", body=long + "Until\ntomorrow, we hope.", team=None, by=max)

    [told] = portable.check(text, by=house)

    assert "was “…nd there is no news yet. Until⏎tomorrow, we hope.”" in told
    assert "is “…nd there is no news yet. Until tomorrow.”" in told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "begins with “tandem: 1”"),
        ("tandem: 2", "begins with “tandem: 1”"),
        ("tandem: 1\ncolours: []", "“colours” is nothing that is settled here"),
        ("tandem: 1\nsignatures: {}", "signatures: here stands a list"),
        ("tandem: 1\nsignatures: [{team: nobody, signature: x}]", "signatures: There is no team “nobody” here"),
        ("tandem: 1\nreply_templates: [{name: x}]", "“x”: “body” is missing"),
        ("tandem: 1\nreply_templates: [{name: x, body: y, color: z}]", "“x”: “color” is no word of it"),
        ("tandem: 1\nreply_templates: [{name: x, body: 2026-01-01}]", "put “body” in quotes"),
        ("tandem: 1\nreply_templates: [{name: x, body: '{{ moon }}'}]", "“moon” is nothing we can fill in"),
        ("tandem: 1\nreport_templates: [{realm: web, source: x}]", "report_templates:"),
        ("a: &a [1]\nb: *a", "Line 2: say it again"),
        ("a: [", "Line 1"),
        ("x" * 1_000_001, "at most a million"),
    ],
)
def test_what_cannot_be_taken_says_why_and_changes_nothing(house, text, sentence):
    before = portable.exported()

    with pytest.raises(Refused, match=sentence):
        portable.take(text, by=house)
    assert portable.exported() == before


@given(
    st.one_of(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text() | st.dates(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ).map(lambda rows: yaml.safe_dump({"tandem": 1, "reply_templates": rows})),
    )
)
def test_any_file_is_read_or_refused_in_a_sentence(text):
    with contextlib.suppress(Unreadable):  # and nothing else
        assert isinstance(portable.read(text), dict)


def test_a_house_that_has_nothing_becomes_the_same_and_its_rules_are_off(house, max):
    text = portable.exported()
    for rule in Rule.objects.all():
        rule.switch_on(by=max)
        rule.retire(by=max)
    Macro.objects.get(name="Take it").retire(by=max)
    Template.objects.get(body="Hi.").retire(by=max)

    portable.take(text, by=house)

    assert portable.exported() == text
    assert "Mine" not in text
    assert not Rule.objects.on().exists()


def test_on_the_page_one_reads_what_would_change_before_it_does(house, max, at_the_desk):
    desk, text = at_the_desk(house), at_the_desk(house).get("/desk/settings/file/export/").content.decode()
    Macro.objects.get(name="Take it").retire(by=max)

    seen = desk.post("/desk/settings/file/", {"file": SimpleUploadedFile("s.yaml", text.encode())}).content.decode()
    assert "Macro “Take it” is new." in seen
    assert not Macro.objects.standing().filter(name="Take it").exists()
    desk.post("/desk/settings/file/", {"text": text, "apply": "1"})
    assert Macro.objects.standing().filter(name="Take it").exists()
    wrong = desk.post("/desk/settings/file/", {"text": "tandem: 1\nrules: [{name: x, when: moon, acts: []}]"})
    assert wrong.status_code == 422
    assert "“x”" in wrong.content.decode()


def test_all_or_nothing(house):
    text = dedent("""\
        tandem: 1
        reply_templates:
        - {name: New, body: Hello.}
        - {name: Wrong, body: "{{ moon }}"}
    """)
    with pytest.raises(Refused):
        portable.take(text, by=house)
    assert not Template.objects.filter(name="New").exists()


def test_sam_does_not_bring_in_settings(house, sam):
    with pytest.raises(Refused, match="As Support you cannot"):
        portable.take(portable.exported(), by=sam)


def test_the_command_writes_checks_and_takes(house, max, tmp_path):
    file, run = str(tmp_path / "settings.yaml"), CliRunner().invoke
    assert run(command, ["export", file]).exit_code == 0
    assert run(command, ["import", file]).output == "All is so already.\n"
    Template.objects.get(body="Hi.").retire(by=max)

    assert "is new" in run(command, ["import", file, "--check"]).output
    assert not Template.objects.standing().filter(body="Hi.").exists()
    assert "is new" in run(command, ["import", file, "--as", "ada@tandem.example"]).output
    assert Template.objects.standing().filter(body="Hi.").exists()
    (tmp_path / "wrong.yaml").write_text("tandem: 1\ncolours: []")
    failed = run(command, ["import", str(tmp_path / "wrong.yaml")])
    assert failed.exit_code == 1
    assert "nothing that is settled here" in failed.output
