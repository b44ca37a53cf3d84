from django.urls import path

from tandem.measure import views

public = [path("process/", views.ProcessView.as_view(), name="process")]
desk = [
    path("goals/", views.GoalsView.as_view(), name="goals"),
    path("cases/<int:number>/time/", views.TimeView.as_view(), name="time"),
    path("cases/<int:number>/time/<int:pk>/withdrawal/", views.TimeWithdrawalView.as_view(), name="time_withdrawal"),
    path("goals/<slug:name>/", views.GoalView.as_view(), name="goal"),
]
