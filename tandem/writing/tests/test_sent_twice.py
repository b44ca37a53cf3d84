from tandem.writing.models import Draft, Typed


def test_what_was_sent_on_another_screen_is_not_sent_again(case, sam, at_the_desk, monkeypatch):
    """Two screens send at once: the second one had looked before the first was done."""
    draft = case.drafts.keep(Typed("We found it.", audience="support"), by=sam).draft
    before = Draft.objects.get(pk=draft.pk)
    draft.sent("We found it.", by=sam)
    monkeypatch.setattr("tandem.communicate.composer_views.open_draft", lambda *_args, **_told: before)
    told = {"body": "We found it.", "base": "We found it.", "audience": "support", "draft": draft.pk}

    answer = at_the_desk(sam).post(f"/desk/cases/{case.number}/messages/", told)

    assert answer.status_code == 409
    assert "on another screen meanwhile" in answer.text
    assert not case.messages.filter(body="We found it.").exists()
