from django.urls import path

from tandem.resolve import views

desk = [
    path("cases/<int:number>/workarounds/", views.WorkaroundsView.as_view(), name="workarounds"),
    path("cases/<int:number>/workarounds/<int:pk>/end/", views.WorkaroundEndView.as_view(), name="workaround_end"),
    path("cases/<int:number>/resolution/", views.ResolutionView.as_view(), name="resolution"),
    path("cases/<int:number>/resolution/check/", views.CheckView.as_view(), name="resolution_check"),
    path("cases/<int:number>/resolution/question/", views.QuestionView.as_view(), name="resolution_question"),
    path("cases/<int:number>/resolution/answer/", views.AnswerView.as_view(), name="resolution_answer"),
    path("cases/<int:number>/resolution/withdrawal/", views.WithdrawalView.as_view(), name="resolution_withdrawal"),
    path("cases/<int:number>/resolution/needed/", views.NeededView.as_view(), name="resolution_needed"),
]
portal = [
    path("cases/<int:number>/verify/", views.VerifyView.as_view(), name="verify"),
    path("link/<str:token>/verify/", views.VerifyView.as_view(), name="verify_link"),
]
