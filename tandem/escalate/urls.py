from django.urls import path

from tandem.escalate import views

desk = [
    path("escalations/", views.EscalationsView.as_view(), name="escalations"),
    path("escalations/<int:pk>/", views.EscalationView.as_view(), name="escalation"),
    path("escalations/<int:pk>/acceptance/", views.AcceptanceView.as_view(), name="escalation_acceptance"),
    path("escalations/<int:pk>/return/", views.ReturnView.as_view(), name="escalation_return"),
    path("escalations/<int:pk>/questions/", views.AskView.as_view(), name="escalation_questions"),
    path("escalations/<int:pk>/hand-back/", views.HandBackView.as_view(), name="escalation_hand_back"),
    path("cases/<int:number>/escalation/", views.EscalationPanelView.as_view(), name="case_escalation"),
    path("cases/<int:number>/escalation/new/", views.RaiseView.as_view(), name="raise_escalation"),
    path(
        "cases/<int:number>/escalation/<int:pk>/acknowledgment/",
        views.AcknowledgmentView.as_view(),
        name="escalation_acknowledgment",
    ),
    path(
        "cases/<int:number>/escalation/<int:pk>/withdrawal/",
        views.WithdrawalView.as_view(),
        name="escalation_withdrawal",
    ),
]
