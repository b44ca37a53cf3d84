from django.urls import path

from tandem.automate import views

desk = [
    path("runs/", views.RunsView.as_view(), name="runs"),
    path("runs/new/", views.NewRunView.as_view(), name="run_new"),
    path("runs/<int:pk>/", views.RunView.as_view(), name="run"),
    path("runs/<int:pk>/undo/", views.RunUndoView.as_view(), name="run_undo"),
]
