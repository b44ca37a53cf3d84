from django.urls import path

from tandem.organize import views

desk = [
    path("cases/<int:number>/snooze/", views.SnoozeView.as_view(), name="snooze"),
    path("cases/<int:number>/snooze/waking/", views.WakingView.as_view(), name="snooze_waking"),
]
