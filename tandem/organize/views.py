from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from tandem.cases.http import PanelView
from tandem.cases.models import Link
from tandem.cases.models.link import LinkKind
from tandem.kit.errors import Invalid
from tandem.organize import forms, panels
from tandem.organize.models import Field, FieldValue, Snooze, Tagging, Task, TaskList
from tandem.organize.models.task_list import NoListChosen
from tandem.organize.models.value import asked, standing
from tandem.people.roles import Can


class SnoozeView(PanelView):
    """Out of sight until a time, or until something happens."""

    panel = panels.snooze

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.SnoozeForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.snoozes.put_off(by=request.user, **form.cleaned_data)
        return self.show()


class WakingView(PanelView):
    """It is to be looked at again."""

    panel = panels.snooze
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = Snooze.objects.visible_to(request.user).standing().select_related("case")
        get_object_or_404(rows, case=self.case).wake(by=request.user)
        return self.show()


class TagsView(PanelView):
    """A tag more on the case."""

    panel = panels.tags

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.TaggingForm(request.POST)
        if form.is_valid():
            try:
                self.case.taggings.put_on(form.cleaned_data["name"], by=request.user)
                return self.show()
            except Invalid as refusal:
                form.add_error("name", refusal.sentence)
        return self.show(form=form, status=422)


class TagRemovalView(PanelView):
    panel = panels.tags
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        rows = Tagging.objects.visible_to(request.user).filter(case=self.case).select_related("tag")
        self.case.taggings.take_off(get_object_or_404(rows, pk=pk).tag.name, by=request.user)
        return self.show()


class FieldsView(PanelView):
    """What the fields of our own say."""

    panel = panels.fields

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        told = standing(self.case)
        form = self._form(told)
        if not form.is_valid():
            return self.show(form=form, asked=[*form.asked.values()], status=422)
        self.case.field_values.fill_in(form.cleaned_data, by=request.user)
        return self.show()

    def _form(self, told: dict[str, FieldValue]) -> forms.FieldsForm:
        """With those it was sent with: what one types may ask others than what is kept."""
        sent = self.request.POST.getlist("asked")
        of_realm = Field.objects.of_realm(self.case.realm)
        here = [field for field in of_realm if field.key in sent] if sent else asked(self.case, told)
        return forms.FieldsForm(self.request.POST, asked=here, told=told)


class FieldsAskingView(FieldsView):
    """Which fields are asked by what is typed: it keeps nothing, and answers with what is kept; who types has the rest."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        told = standing(self.case)
        form = self._form(told)
        form.is_valid()
        here = asked(self.case, told, form.typed)
        if [field.key for field in here] == [*form.asked]:
            return HttpResponse(status=204)
        context = panels.asking(here, told) | {"form": forms.FieldsForm(asked=here, told=told)}
        return render(request, "organize/field/_asked.html", context)


class TasksView(PanelView):
    panel = panels.tasks

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.TaskForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        self.case.tasks.plan(by=request.user, **form.cleaned_data)
        return self.show()


class TaskListAddingView(PanelView):
    """All tasks of a list, at once."""

    panel = panels.tasks
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = TaskList.objects.visible_to(request.user).standing()
        chosen = rows.filter(pk=_number(request.POST.get("list", ""))).first()
        if chosen is None:
            raise NoListChosen
        self.case.tasks.plan_list(chosen, by=request.user)
        return self.show()


class TaskView(PanelView):
    """One task, to be changed; done, to be done again, dropped, or before the one above it."""

    panel = panels.tasks
    task: Task

    def find(self, number: int, **kwargs: Any) -> None:
        super().find(number)
        rows = Task.objects.visible_to(self.request.user).filter(case=self.case)
        self.task = get_object_or_404(rows.select_related("case", "whom"), pk=kwargs["pk"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(changing=self.task, change_form=forms.TaskChangeForm.of(self.task))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        task = self.task
        if request.POST.get("act") == "change":
            return self.change()
        acts = {"done": task.finish, "again": task.reopen, "drop": task.drop, "up": task.move_up}
        acts.get(request.POST.get("act", "done"), task.finish)(by=request.user)
        return self.show()

    def change(self) -> HttpResponse:
        form = forms.TaskChangeForm(self.request.POST)
        if not form.is_valid():
            return self.show(changing=self.task, change_form=form, status=422)
        self.task.change(by=self.request.user, **form.told(self.task))
        return self.show()


class ChildrenView(PanelView):
    """A case more below this one."""

    panel = panels.children
    needs = Can.STEER

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.ChildForm(request.POST, case=self.case, actor=request.user)
        if not form.is_valid():
            return self.show(form=form, status=422)
        form.cleaned_data["case"].links.link_to(self.case, kind=LinkKind.CHILD_OF, by=request.user)
        return self.show()


class ChildRemovalView(PanelView):
    """It stands by itself again; `pk` is the link."""

    panel = panels.children
    needs = Can.STEER
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        links = Link.objects.visible_to(request.user).to_parents().of(self.case)
        get_object_or_404(links, pk=pk).remove(by=request.user)
        return self.show()


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
