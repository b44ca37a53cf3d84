from django.urls import path

from tandem.writing import views

desk = [
    path("drafts/", views.DraftsView.as_view(), name="drafts"),
    path("drafts/hints/", views.HintsView.as_view(), name="hints"),
    path("drafts/<int:pk>/discard/", views.DiscardView.as_view(), name="draft_discard"),
    path("drafts/<int:pk>/return/", views.ReturnView.as_view(), name="draft_return"),
    path("cases/<int:number>/draft/", views.DraftView.as_view(), name="draft"),
    path("cases/<int:number>/draft/sharing/", views.SharingView.as_view(), name="case_draft_sharing"),
    path("cases/<int:number>/draft/discard/", views.LettingGoView.as_view(), name="case_draft_discard"),
    path("cases/<int:number>/presence/", views.PresenceView.as_view(), name="presence"),
    path("cases/<int:number>/hints/<str:kind>/dismissal/", views.HintDismissalView.as_view(), name="hint_dismissal"),
]
