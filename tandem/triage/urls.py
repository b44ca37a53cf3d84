from django.urls import path

from tandem.triage import elsewhere, one_by_one, views

desk = [
    path("triage/", one_by_one.TriageView.as_view(), name="triage"),
    path("triage/<int:number>/", one_by_one.TriageCaseView.as_view(), name="triage_case"),
    path("triage/<int:number>/<int:pk>/undo/", one_by_one.TriageUndoView.as_view(), name="triage_undo"),
    path("triage/<int:number>/merge/", elsewhere.ElsewhereView.as_view(act="merge"), name="triage_merge"),
    path("triage/<int:number>/handoff/", elsewhere.ElsewhereView.as_view(act="hand_off"), name="triage_handoff"),
    path("triage/<int:number>/closure/", elsewhere.ElsewhereView.as_view(act="close"), name="triage_closure"),
    path("triage/<int:number>/return/", elsewhere.ReturnView.as_view(), name="triage_return"),
    path("cases/<int:number>/assessment/", views.AssessmentView.as_view(), name="assessment"),
    path("cases/<int:number>/owners/", views.OwnersView.as_view(), name="owners"),
    path("cases/<int:number>/investigation/", views.InvestigationView.as_view(), name="investigation"),
    path("cases/<int:number>/handoff/", views.HandOffView.as_view(), name="handoff"),
    path("cases/<int:number>/handoff/acceptance/", views.AcceptanceView.as_view(), name="handoff_acceptance"),
    path("cases/<int:number>/handoff/decline/", views.DeclineView.as_view(), name="handoff_decline"),
    path("cases/<int:number>/acknowledgment/", views.AcknowledgmentView.as_view(), name="acknowledgment"),
]
