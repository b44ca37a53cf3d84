from django.urls import path

from tandem.intake import administration, views

desk = [
    path("cases/<int:number>/facts/", views.FactsView.as_view(), name="facts"),
    path("cases/<int:number>/facts/measurement/", views.MeasurementView.as_view(), name="measurement"),
    path("cases/<int:number>/collectors/", views.CollectionsView.as_view(), name="collections"),
    path("cases/<int:number>/collectors/<int:pk>/", views.CollectionView.as_view(), name="collection"),
    path("cases/<int:number>/evidence-first/", views.EvidenceView.as_view(), name="evidence_first"),
    path("cases/<int:number>/evidence-first/remedy/", views.RemedyFirstView.as_view(), name="remedy_first"),
    path("cases/<int:number>/holds/", views.HoldsView.as_view(), name="holds"),
    path("cases/<int:number>/hold/", views.HoldView.as_view(), name="hold"),
    path("cases/<int:number>/snapshots/<int:pk>/", views.SnapshotView.as_view(), name="snapshot"),
    path("cases/<int:number>/questions/", views.QuestionsView.as_view(), name="questions"),
    path("cases/<int:number>/questions/<int:pk>/answer/", views.AnswerView.as_view(), name="answer"),
    path(
        "cases/<int:number>/questions/<int:pk>/withdrawal/", views.WithdrawalView.as_view(), name="question_withdrawal"
    ),
    path("cases/<int:number>/readback/", views.ReadBackView.as_view(), name="readback"),
    path("cases/<int:number>/readback/phone/", views.PhoneView.as_view(), name="readback_phone"),
    path("cases/<int:number>/readings/", views.ReadingsView.as_view(), name="readings"),
    path("cases/<int:number>/readings/<int:pk>/", views.ReadingView.as_view(), name="reading"),
    path("collectors/", administration.CollectorsView.as_view(), name="collectors"),
    path("collectors/new/", administration.CollectorView.as_view(), name="collector_new"),
    path("collectors/<int:pk>/", administration.CollectorView.as_view(), name="collector"),
    path("collectors/<int:pk>/trial/", administration.TrialView.as_view(), name="collector_trial"),
]
portal = [
    path("cases/<int:number>/questions/", views.CustomerQuestionsView.as_view(), name="portal_questions"),
    path("cases/<int:number>/readback/", views.CustomerReadBackView.as_view(), name="portal_readback"),
    path("cases/<int:number>/hold/", views.CustomerHoldView.as_view(), name="portal_hold"),
    path("link/<str:token>/questions/", views.CustomerQuestionsView.as_view(), name="questions_link"),
    path("link/<str:token>/readback/", views.CustomerReadBackView.as_view(), name="readback_link"),
]
