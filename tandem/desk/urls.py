from django.urls import path

from tandem.desk import printing, views

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
]
