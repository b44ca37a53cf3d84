from django.urls import path

from tandem.submit import views

desk = [
    path("quarantine/", views.QuarantineView.as_view(), name="quarantine"),
    path("quarantine/<int:pk>/release/", views.ReleaseView.as_view(), name="release"),
    path("quarantine/<int:pk>/rejection/", views.RejectionView.as_view(), name="rejection"),
    path("submissions/<int:pk>/raw/", views.RawView.as_view(), name="raw_mail"),
    path("cases/<int:number>/submission/", views.SubmissionView.as_view(), name="submission"),
]
portal = [path("report/", views.ReportView.as_view(), name="report")]
