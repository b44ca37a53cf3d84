from django.urls import path

from tandem.investigate import views

desk = [
    path("cases/<int:number>/attempts/", views.AttemptsView.as_view(), name="attempts"),
    path("cases/<int:number>/attempts/<int:pk>/need/", views.NeedView.as_view(), name="attempt_need"),
    path("cases/<int:number>/attempts/<int:pk>/outcome/", views.OutcomeView.as_view(), name="attempt_outcome"),
    path("cases/<int:number>/attempts/<int:pk>/undo/", views.UndoneView.as_view(), name="attempt_undo"),
    path("cases/<int:number>/board/", views.BoardView.as_view(), name="board"),
    path("cases/<int:number>/board/hypotheses/", views.HypothesesView.as_view(), name="hypotheses"),
    path("cases/<int:number>/board/hypotheses/<int:pk>/", views.HypothesisView.as_view(), name="hypothesis"),
    path("cases/<int:number>/board/evidence/", views.EvidenceView.as_view(), name="evidence"),
    path("cases/<int:number>/board/questions/", views.OpenQuestionsView.as_view(), name="open_questions"),
]
