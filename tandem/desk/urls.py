from django.urls import path

from tandem.desk import printing, views
from tandem.desk.accounts import views as accounts
from tandem.desk.people import team_views
from tandem.desk.people import views as people

public = [path("", views.HomeView.as_view(), name="home")]
desk = [
    path("", views.NowView.as_view(), name="desk"),
    path("palette/", views.PaletteView.as_view(), name="palette"),
    path("cases/<int:number>/", views.CasePageView.as_view(), name="case"),
    path("cases/<int:number>/onward/", views.OnwardView.as_view(), name="case_onward"),
    path("cases/<int:number>/strip/", views.CaseStripView.as_view(), name="strip"),
    path("cases/<int:number>/peek/", views.CasePeekView.as_view(), name="peek"),
    path("cases/<int:number>/print/", printing.PrintView.as_view(), name="print"),
    path("cases/<int:number>/glances/", views.CaseGlancesView.as_view(), name="glances"),
    path("accounts/", accounts.AccountsView.as_view(), name="accounts"),
    path("accounts/<slug:slug>/", accounts.AccountView.as_view(), name="account"),
    path("accounts/<slug:slug>/domains/", accounts.DomainsView.as_view(), name="account_domains"),
    path("accounts/<slug:slug>/contacts/", accounts.ContactsView.as_view(), name="account_contacts"),
    path("accounts/<slug:slug>/contacts/<int:pk>/leaving/", accounts.LeavingView.as_view(), name="account_leaving"),
    path("accounts/<slug:slug>/environments/", accounts.EnvironmentsView.as_view(), name="account_environments"),
    path("people/", people.PeopleView.as_view(), name="people"),
    path("people/<int:pk>/", people.PersonView.as_view(), name="person"),
    path("people/<int:pk>/retirement/", people.RetirementView.as_view(), name="person_retirement"),
    path("people/<int:pk>/return/", people.ReturnView.as_view(), name="person_return"),
    path("people/<int:pk>/way-in/", people.WayInView.as_view(), name="person_way_in"),
    path("teams/", team_views.TeamsView.as_view(), name="teams"),
    path("teams/<int:pk>/", team_views.TeamView.as_view(), name="team"),
    path("teams/<int:pk>/removal/", team_views.RemovalView.as_view(), name="team_removal"),
]
