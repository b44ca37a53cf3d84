from django.urls import path

from tandem.clocks import settings_views, views

desk = [
    path("cases/<int:number>/clocks/", views.ClocksView.as_view(), name="clock"),
    path("cases/<int:number>/waits/", views.WaitsView.as_view(), name="waits"),
    path("cases/<int:number>/waits/end/", views.WaitEndView.as_view(), name="wait_end"),
    path("calendars/", settings_views.CalendarsView.as_view(), name="calendars"),
    path("calendars/<int:pk>/", settings_views.CalendarView.as_view(), name="calendar"),
    path("calendars/<int:pk>/retirement/", settings_views.CalendarRetirementView.as_view(), name="calendar_retirement"),
    path("policies/", settings_views.PoliciesView.as_view(), name="policies"),
    path("policies/check/", settings_views.PolicyCheckView.as_view(), name="policy_check"),
    path("policies/past/", settings_views.PastView.as_view(), name="policies_past"),
    path("policies/new/<slug:of>/", settings_views.NewPolicyView.as_view(), name="new_policy"),
    path("policies/<int:pk>/", settings_views.PolicyView.as_view(), name="policy"),
    path("policies/<int:pk>/position/", settings_views.PolicyPositionView.as_view(), name="policy_position"),
    path("policies/<int:pk>/retirement/", settings_views.PolicyRetirementView.as_view(), name="policy_retirement"),
]
