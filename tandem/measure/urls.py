from django.urls import path

from tandem.measure import views

public = [path("process/", views.ProcessView.as_view(), name="process")]
desk = [
    path("goals/", views.GoalsView.as_view(), name="goals"),
    path("goals/<slug:name>/", views.GoalView.as_view(), name="goal"),
]
