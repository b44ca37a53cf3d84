"""All teams; one of them: its name, who is in it, and its end."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tandem.desk.people import held
from tandem.desk.people.forms import NewTeamForm, TeamForm
from tandem.kit.errors import Refused
from tandem.people.http import DeskView
from tandem.people.models import Team
from tandem.people.roles import Can

MOST = 500


class TeamsView(DeskView):
    needs = needs_to_read = Can.ADMINISTER

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(NewTeamForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewTeamForm(request.POST)
        if form.is_valid():
            try:
                Team.objects.make(**form.cleaned_data, by=request.user)
                return redirect("teams")
            except Refused as refusal:
                form.add_error("name", refusal.sentence)
        return self.show(form, status=422)

    def show(self, form: NewTeamForm, *, status: int = 200) -> HttpResponse:
        teams = held.by_teams(Team.objects.all(), self.request.user)
        teams = teams.annotate(people=Count("members", filter=Q(members__is_active=True))).order_by("name")[:MOST]
        context = {"teams": teams, "held": held.count_of, "form": form, "many": held.MANY}
        return render(self.request, "desk/team/index.html", context, status=status)


class TeamView(DeskView):
    needs = needs_to_read = Can.ADMINISTER
    team: Team

    def find(self, pk: int, **kwargs: Any) -> None:
        self.team = get_object_or_404(held.by_teams(Team.objects.all(), self.request.user), pk=pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(TeamForm(initial={"name": self.team.name, "members": self.team.members.all()}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = TeamForm(request.POST)
        if form.is_valid():
            try:
                self.team.change(by=request.user, **form.cleaned_data)
                return redirect("teams")
            except Refused as refusal:
                form.add_error("name", refusal.sentence)
                self.team.refresh_from_db(fields=["name"])
        return self.show(form, status=422)

    def show(self, form: TeamForm, *, status: int = 200) -> HttpResponse:
        context = {
            "team": self.team,
            "held": held.count_of(self.team),
            "form": form,
            "retired": self.team.members.filter(is_active=False),
            "href": held.asked(f"team:{self.team.slug}"),
            "many": held.MANY,
        }
        return render(self.request, "desk/team/page.html", context, status=status)


class RemovalView(TeamView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.team.remove(by=request.user)
        messages.success(request, _("The team {name} is removed.").format(name=self.team.name))
        return redirect("teams")
