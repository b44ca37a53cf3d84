from typing import Any

from tandem.cases.http import Panel
from tandem.cases.models import Case
from tandem.learn.models import Article


def _article(case: Case, actor: Any) -> dict:
    return {"article": Article.objects.visible_to(actor).standing().filter(case=case).first()}


article = Panel("article", "learn/article/_panel.html", _article, hears=("closure",))
