"""The pages on which a manager keeps the tags in order."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tandem.kit.errors import Refused
from tandem.organize import forms
from tandem.organize.models import Tag, Tagging, TagMerge
from tandem.people.http import DeskView
from tandem.people.roles import Can

MOST = 500
MANY = 1000
"""Uses are counted up to here: a page that counts a million rows is slow and tells nobody more."""


class TagsView(DeskView):
    """All of them with how often they are used; a new one."""

    needs = Can.ARRANGE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(forms.TagForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.TagForm(request.POST)
        if form.is_valid():
            try:
                Tag.objects.make(form.cleaned_data["name"], by=request.user, kind=form.cleaned_data["kind"])
                return redirect("tags")
            except Refused as refusal:
                form.add_error("name", refusal.sentence)
        return self.show(form, status=422)

    def show(self, form: forms.TagForm, *, status: int = 200) -> HttpResponse:
        actor: Any = self.request.user
        tags = list(_counted(Tag.objects.visible_to(actor).select_related("merged_into"))[:MOST])
        standing = [tag for tag in tags if not tag.retired_at and not tag.merged_into_id]
        context = {
            "tags": standing,
            "merged": [tag for tag in tags if tag.merged_into_id],
            "retired": [tag for tag in tags if tag.retired_at and not tag.merged_into_id],
            "form": form,
            "may_arrange": actor.may(Can.ARRANGE),
            "many": MANY,
        }
        return render(self.request, "organize/tag/index.html", context, status=status)


class TagView(DeskView):
    """One of them: its name and kind, what it is merged with, and its end."""

    needs = Can.ARRANGE
    tag: Tag

    def find(self, pk: int, **kwargs: Any) -> None:
        actor: Any = self.request.user
        self.tag = get_object_or_404(Tag.objects.visible_to(actor).select_related("merged_into", "made_by"), pk=pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = forms.TagForm(request.POST)
        if form.is_valid():
            try:
                self.tag.change(by=request.user, **form.cleaned_data)
                return redirect("tags")
            except Refused as refusal:
                form.add_error("name", refusal.sentence)
        return self.show(form=form, status=422)

    def show(self, *, status: int = 200, **extra: Any) -> HttpResponse:
        merges = TagMerge.objects.filter(undone_at=None).select_related("tag", "into", "merged_by")
        context = {
            "tag": self.tag,
            "merges": [*merges.filter(into=self.tag)[:MOST], *merges.filter(tag=self.tag)],
            "form": forms.TagForm(initial={"name": self.tag.name, "kind": self.tag.kind}),
            "merge_form": forms.TagMergeForm(tag=self.tag),
            "may_arrange": self.request.user.may(Can.ARRANGE),  # type: ignore[union-attr]
        }
        return render(self.request, "organize/tag/page.html", context | extra, status=status)


class TagMergeView(TagView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = forms.TagMergeForm(request.POST, tag=self.tag)
        if not form.is_valid():
            return self.show(merge_form=form, status=422)
        self.tag.merge_into(form.cleaned_data["into"], by=request.user)
        return redirect("tag_settings", pk)


class TagRetirementView(TagView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.tag.retire(by=request.user)
        return redirect("tags")


class TagMergeUndoView(DeskView):
    needs = Can.ARRANGE

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        merge = get_object_or_404(TagMerge, pk=pk)
        merge.undo(by=request.user)
        return redirect("tag_settings", merge.tag_id)


def _counted(tags: Any) -> Any:
    """With `uses`, up to MANY, each by the index over its cases."""
    uses = Tagging.objects.standing().filter(tag=OuterRef("pk")).order_by().values("pk")[:MANY]
    return tags.annotate(uses=Func(ArraySubquery(uses), function="cardinality", output_field=IntegerField()))
