"""The pages on which a manager writes lists of tasks."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tandem.kit.errors import Invalid
from tandem.organize import forms
from tandem.organize.models import TaskList
from tandem.people.http import DeskView
from tandem.people.roles import Can

MOST = 200


class ListsView(DeskView):
    """All of them; a new one."""

    needs = Can.ARRANGE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(forms.TaskListForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.TaskListForm(request.POST)
        if form.is_valid() and TaskList.objects.standing().filter(name__iexact=form.cleaned_data["name"]).exists():
            form.add_error("name", _("Another list has this name."))
        if form.is_valid():
            try:
                TaskList.objects.write(by=request.user, **form.cleaned_data)
                return redirect("task_lists")
            except Invalid as refusal:
                form.add_error(None, refusal.sentence)
        return self.show(form, status=422)

    def show(self, form: forms.TaskListForm, *, status: int = 200) -> HttpResponse:
        actor: Any = self.request.user
        lists = TaskList.objects.visible_to(actor).standing()[:MOST]
        context = {"lists": lists, "form": form, "may_arrange": actor.may(Can.ARRANGE)}
        return render(self.request, "organize/task/index.html", context, status=status)


class ListView(DeskView):
    needs = Can.ARRANGE
    tasks: TaskList

    def find(self, pk: int, **kwargs: Any) -> None:
        actor: Any = self.request.user
        rows = TaskList.objects.visible_to(actor).standing().select_related("changed_by")
        self.tasks = get_object_or_404(rows, pk=pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(forms.TaskListForm(initial={"name": self.tasks.name, "body": self.tasks.body}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = forms.TaskListForm(request.POST)
        if form.is_valid():
            try:
                TaskList.objects.write(by=request.user, also=self.tasks, **form.cleaned_data)
                return redirect("task_lists")
            except Invalid as refusal:
                form.add_error(None, refusal.sentence)
        return self.show(form, status=422)

    def show(self, form: forms.TaskListForm, *, status: int = 200) -> HttpResponse:
        actor: Any = self.request.user
        context = {"list": self.tasks, "form": form, "may_arrange": actor.may(Can.ARRANGE)}
        return render(self.request, "organize/task/list.html", context, status=status)


class RetirementView(ListView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.tasks.retire(by=request.user)
        return redirect("task_lists")
