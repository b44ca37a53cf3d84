from django.urls import path

from tandem.cases import views

public = [path("files/<uuid:key>/", views.AttachmentView.as_view(), name="attachment")]
desk = [
    path("cases/<int:number>/merge/", views.MergeView.as_view(), name="merge"),
    path("cases/<int:number>/merge/undo/", views.UnmergeView.as_view(), name="unmerge"),
    path("cases/<int:number>/participants/", views.ParticipantsView.as_view(), name="participants"),
    path("cases/<int:number>/history/", views.HistoryView.as_view(), name="history"),
]
