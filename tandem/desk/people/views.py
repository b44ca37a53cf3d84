"""All colleagues; one of them: their name, role and teams, the way in, and their end."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tandem.desk.people import held
from tandem.desk.people.forms import PersonForm, WelcomeForm
from tandem.kit.addresses import url
from tandem.kit.errors import Refused
from tandem.kit.text import one_line
from tandem.people.http import DeskView
from tandem.people.models import User
from tandem.people.models.user import CustomersAddress, SomebodysAddress
from tandem.people.roles import Can

PAGE = 50
CHANGES = 50


class PeopleView(DeskView):
    """A page of them, those who retired last; a new one."""

    needs = needs_to_read = Can.ADMINISTER

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(WelcomeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WelcomeForm(request.POST)
        if form.is_valid():
            try:
                user = User.objects.invite(**form.cleaned_data, by=request.user)  # type: ignore[arg-type]
            except (CustomersAddress, SomebodysAddress) as refusal:
                form.add_error("email", refusal.sentence)
            except Refused as refusal:
                form.add_error(None, refusal.sentence)
            else:
                messages.success(request, _("{name} is one of us, and is sent the way in.").format(name=user.name))
                return redirect("person", user.pk)
        return self.show(form, status=422)

    def show(self, form: WelcomeForm, *, status: int = 200) -> HttpResponse:
        typed = one_line(self.request.GET.get("q", ""), most=200)
        people = list(_page(typed, self.request.GET.get("after", ""), self.request.user)[: PAGE + 1])
        asked = {"q": typed} if typed else {}
        later = f"{url('people')}?{urlencode(asked | {'after': people[PAGE - 1].pk})}" if len(people) > PAGE else ""
        context = {"people": people[:PAGE], "q": typed, "later": later, "form": form}
        return render(self.request, "desk/people/index.html", context, status=status)


class PersonView(DeskView):
    needs = needs_to_read = Can.ADMINISTER
    person: User

    def find(self, pk: int, **kwargs: Any) -> None:
        self.person = get_object_or_404(User.objects.visible_to(self.request.user).of_the_house(), pk=pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        told = {"name": self.person.name, "role": self.person.role, "teams": self.person.teams.all()}
        return self.show(PersonForm(initial=told))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = PersonForm(request.POST)
        if form.is_valid():
            try:
                self.person.change(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
                gave_it_up = self.person == request.user and not self.person.may(Can.ADMINISTER)
                return redirect("desk") if gave_it_up else redirect("person", pk)
            except Refused as refusal:
                form.add_error(None, refusal.sentence)
                self.person.refresh_from_db()
        return self.show(form, status=422)

    def show(self, form: PersonForm, *, status: int = 200) -> HttpResponse:
        holds = held.by_person(self.person, self.request.user)
        context = {
            "person": self.person,
            "form": form,
            "held": holds,
            "holds": any(one.many for one in holds),
            "many": held.MANY,
            "changes": self.person.role_changes.select_related("changed_by")[:CHANGES],
        }
        return render(self.request, "desk/people/page.html", context, status=status)


class PersonAct(PersonView):
    http_method_names = ["post"]


class RetirementView(PersonAct):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.person.retire(by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("{name} comes in no more.").format(name=self.person.name))
        return redirect("person", pk)


class ReturnView(PersonAct):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.person.bring_back(by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("{name} is back.").format(name=self.person.name))
        return redirect("person", pk)


class WayInView(PersonAct):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.person.show_the_way_in(by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The way in is sent to {email}.").format(email=self.person.email))
        return redirect("person", pk)


def _page(typed: str, after: str, actor: Any) -> Any:
    people = User.objects.visible_to(actor).of_the_house().named_like(typed)
    last = User.objects.filter(pk=after).first() if after.isdecimal() and len(after) < 19 else None
    if last:
        further = Q(is_active=last.is_active) & (Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
        people = people.filter(further | Q(is_active=False) if last.is_active else further)
    return people.order_by("-is_active", "name", "pk").prefetch_related("teams")
