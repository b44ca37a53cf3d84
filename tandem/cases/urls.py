from django.urls import path

from tandem.cases import showing, views
from tandem.cases.privacy import views as privacy

public = [
    path("files/<uuid:key>/", showing.AttachmentView.as_view(), name="attachment"),
    path("files/<uuid:key>/<int:side>/", showing.PreviewView.as_view(), name="preview"),
    path("mail/<str:word>/", showing.AsSentView.as_view(), name="as_sent"),
    path("mail/<str:word>/picture/<int:nth>", showing.AsSentPictureView.as_view(), name="as_sent_picture"),
]
desk = [
    path("cases/<int:number>/merge/", views.MergeView.as_view(), name="merge"),
    path("cases/<int:number>/merge/<int:pk>/undo/", views.UnmergeView.as_view(), name="unmerge"),
    path("cases/<int:number>/moves/", views.MovesView.as_view(), name="moves"),
    path("cases/<int:number>/moves/<int:pk>/undo/", views.MoveUndoView.as_view(), name="move_undo"),
    path("cases/<int:number>/links/", views.LinksView.as_view(), name="links"),
    path("cases/<int:number>/links/<int:pk>/removal/", views.LinkRemovalView.as_view(), name="link_removal"),
    path("cases/<int:number>/choices/", views.CaseChoicesView.as_view(), name="case_choices"),
    path("cases/<int:number>/participants/", views.ParticipantsView.as_view(), name="participants"),
    path("cases/<int:number>/proposals/<int:pk>/acceptance/", views.AcceptView.as_view(), name="proposal_acceptance"),
    path("cases/<int:number>/proposals/<int:pk>/refusal/", views.DeclineView.as_view(), name="proposal_refusal"),
    path(
        "cases/<int:number>/participants/<int:pk>/mail/", views.ParticipantMailView.as_view(), name="participant_mail"
    ),
    path("cases/<int:number>/history/", views.HistoryView.as_view(), name="history"),
    path("cases/<int:number>/ledger/", views.LedgerView.as_view(), name="ledger"),
    path("merges/", views.BulkMergeView.as_view(), name="merges"),
    path("merges/undo/", views.BulkUndoView.as_view(), name="merges_undo"),
    path("cases/<int:number>/hidden/", privacy.HiddenView.as_view(), name="hidden"),
    path("secrets/<int:pk>/", privacy.SecretView.as_view(), name="secret"),
    path("secrets/<int:pk>/uncovering/", privacy.SecretUncoveringView.as_view(), name="secret_uncovering"),
    path("secrets/<int:pk>/erasure/", privacy.SecretErasureView.as_view(), name="secret_erasure"),
]
