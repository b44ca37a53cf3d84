from django.urls import path

from tandem.status import views

public = [
    path("status/", views.StatusView.as_view(), name="status"),
    path("status.json", views.StatusJsonView.as_view(), name="status_json"),
]
desk = [
    path("components/", views.BoardView.as_view(), name="components"),
    path("publications/<int:pk>/", views.PublicationView.as_view(), name="publication"),
    path("publications/<int:pk>/aside/", views.PublicationAsideView.as_view(), name="publication_aside"),
    path("cases/<int:number>/around/", views.AroundView.as_view(), name="around"),
]
