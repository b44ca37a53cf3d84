from django.urls import path

from tandem.recall import views

desk = [
    path("search/", views.SearchView.as_view(), name="search"),
    path("cases/<int:number>/alike/", views.AlikeView.as_view(), name="alike"),
]
portal = [
    path("report/suggestions/", views.SuggestionsView.as_view(), name="suggestions"),
    path("report/suggestions/<slug:slug>/solved/", views.DeflectionView.as_view(), name="deflection"),
]
public = [path("report/suggestions/", views.PublicSuggestionsView.as_view(), name="public_suggestions")]
