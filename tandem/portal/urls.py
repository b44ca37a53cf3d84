from django.urls import path

from tandem.portal import views

portal = [
    path("", views.CasesView.as_view(), name="portal"),
    path("cases/<int:number>/", views.CaseView.as_view(), name="portal_case"),
]
