"""The look holds together: what a template names exists, and nothing needs a weaker content security policy."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted(ROOT.glob("tandem/*/templates/**/*.html"))
PAGES = [file for file in TEMPLATES if file.parent.name != "mail"]  # a mail has no stylesheet to link to
MACROS = sorted(ROOT.glob("tandem/kit/templates/kit/*.html"))
SPRITE = (ROOT / "tandem/kit/static/kit/icons.svg").read_text()


def test_every_icon_a_template_names_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))
    named = {
        (name, template.name)
        for template in TEMPLATES
        for name in re.findall(r"\bicon(?:\(|=)[\"']([\w-]+)[\"']", template.read_text())
    }

    assert named
    assert {pair for pair in named if pair[0] not in drawn} == set()


@pytest.mark.parametrize("template", PAGES, ids=lambda path: str(path.relative_to(ROOT / "tandem")))
def test_no_page_carries_style_or_script_of_its_own(template):
    text = template.read_text()

    assert not re.search(r"\sstyle=|<style|\son\w+=|\shx-on", text)
    assert all("nonce=" in tag or "src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("file", MACROS, ids=lambda path: path.name)
def test_every_macro_is_told_of_in_the_docs(file):
    told = (ROOT / "docs/look.md").read_text()

    for macro in re.findall(r"{% macro ([a-z]\w*)\(", file.read_text()):
        assert f"`{macro}(" in told, f"docs/look.md does not tell of {macro} in {file.name}"
