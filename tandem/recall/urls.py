from django.urls import path

from tandem.recall import views

desk = [path("search/", views.SearchView.as_view(), name="search")]
