from django.urls import path

from tandem.intake import views

desk = [
    path("cases/<int:number>/facts/", views.FactsView.as_view(), name="facts"),
    path("cases/<int:number>/facts/measurement/", views.MeasurementView.as_view(), name="measurement"),
    path("cases/<int:number>/questions/", views.QuestionsView.as_view(), name="questions"),
    path("cases/<int:number>/questions/<int:pk>/answer/", views.AnswerView.as_view(), name="answer"),
    path(
        "cases/<int:number>/questions/<int:pk>/withdrawal/", views.WithdrawalView.as_view(), name="question_withdrawal"
    ),
    path("cases/<int:number>/readback/", views.ReadBackView.as_view(), name="readback"),
]
portal = [
    path("cases/<int:number>/questions/", views.CustomerQuestionsView.as_view(), name="portal_questions"),
    path("cases/<int:number>/readback/", views.CustomerReadBackView.as_view(), name="portal_readback"),
    path("link/<str:token>/questions/", views.CustomerQuestionsView.as_view(), name="questions_link"),
    path("link/<str:token>/readback/", views.CustomerReadBackView.as_view(), name="readback_link"),
]
