from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from tandem.cases.http import PanelView
from tandem.kit import jsonapi
from tandem.learn import forms, panels
from tandem.learn.models import Article
from tandem.people.http import DeskView
from tandem.people.roles import Can

PAGE = 30


class ArticlePanelView(PanelView):
    """What this case taught."""

    panel = panels.article

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        Article.objects.draft_from(self.case, by=request.user)
        return self.show()


class KnowledgeView(DeskView):
    """Drafts that wait for review, and what is published."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(forms.TitleForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.TitleForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        article = Article.objects.write(by=request.user, **form.cleaned_data)
        return redirect("article", article.pk)

    def show(self, form: forms.TitleForm, *, status: int = 200) -> HttpResponse:
        articles = Article.objects.visible_to(self.request.user)
        q = self.request.GET.get("q", "").strip()[:200]
        published = jsonapi.page(articles.published(), cursor=self.request.GET.get("after") or None, limit=PAGE)
        context = {
            "q": q,
            "found": articles.matching(q)[:PAGE] if q else [],
            "to_review": [] if q else articles.to_review()[:PAGE],
            "published": [] if q else published["items"],
            "later": published["next"],
            "form": form,
        }
        return render(self.request, "learn/knowledge.html", context, status=status)


class ArticleView(DeskView):
    """One article: read as others will, change it, publish it."""

    article: Article

    def find(self, pk: int, **kwargs: Any) -> None:
        articles = Article.objects.visible_to(self.request.user).select_related(
            "case__account", "drafted_by", "reviewed_by"
        )
        self.article = get_object_or_404(articles, pk=pk)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ArticleForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.article.revise(by=request.user, **form.cleaned_data)
        return self.done(_("Saved as a new version."))

    def done(self, sentence: str) -> HttpResponse:
        messages.success(self.request, sentence)
        return redirect("article", self.article.pk)

    def show(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        latest = self.article.latest
        context = {
            "article": self.article,
            "latest": latest,
            "form": forms.ArticleForm(initial=latest.sections),
            "publication_form": forms.PublicationForm(self.article),
            "may_publish": self.request.user.may(Can.PUBLISH),
            **extra,
        }
        return render(self.request, "learn/article/page.html", context, status=status)


class ReviewView(ArticleView):
    """Ask somebody who may publish to look at it."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.article.submit(by=request.user)
        return self.done(_("Somebody will review it."))


class PublicationView(ArticleView):
    needs = Can.PUBLISH

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.PublicationForm(self.article, request.POST)
        if not form.is_valid():
            return self.show(publication_form=form, status=422)
        self.article.publish(by=request.user, names_are_harmless=form.cleaned_data.get("names_are_harmless", False))
        return self.done(_("Published. Everybody can read it now."))


class RetirementView(ArticleView):
    needs = Can.PUBLISH

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.article.retire(by=request.user)
        return self.done(_("Retired. Only colleagues read it now."))


class HelpView(View):
    """For everybody, without signing in: what is published."""

    def get(self, request: HttpRequest) -> HttpResponse:
        q = request.GET.get("q", "").strip()[:200]
        published = Article.objects.published()
        page = jsonapi.page(published, cursor=request.GET.get("after") or None, limit=PAGE)
        context = {
            "q": q,
            "articles": published.matching(q)[:PAGE] if q else page["items"],
            "later": None if q else page["next"],
        }
        return render(request, "learn/help/index.html", context)


class HelpArticleView(View):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        article = get_object_or_404(Article.objects.published(), slug=slug)
        return render(request, "learn/help/article.html", {"article": article})
