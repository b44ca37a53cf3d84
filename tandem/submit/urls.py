from django.urls import path

from tandem.submit import reports, views

desk = [
    path("quarantine/", views.QuarantineView.as_view(), name="quarantine"),
    path("quarantine/<int:pk>/release/", views.ReleaseView.as_view(), name="release"),
    path("quarantine/<int:pk>/rejection/", views.RejectionView.as_view(), name="rejection"),
    path("submissions/<int:pk>/raw/", views.RawView.as_view(), name="raw_mail"),
    path("cases/<int:number>/submission/", views.SubmissionView.as_view(), name="submission"),
]
portal = [
    path("report/", reports.ReportView.as_view(), name="report"),
    path("report/questions/", reports.QuestionsView.as_view(), name="report_questions"),
    path("report/draft/", reports.DraftView.as_view(), name="report_draft"),
    path("report/draft/discard/", reports.DiscardView.as_view(), name="report_discard"),
    path("report/draft/files/<int:pk>/removal/", reports.FileRemovalView.as_view(), name="report_file_removal"),
]
