from django.urls import path

from tandem.submit import anonymous, hook_views, mailbox_views, reports, shaping, views, widgets

desk = [
    path("quarantine/", views.QuarantineView.as_view(), name="quarantine"),
    path("quarantine/<int:pk>/release/", views.ReleaseView.as_view(), name="release"),
    path("quarantine/<int:pk>/reading/", views.ReadingView.as_view(), name="mail_reading"),
    path("quarantine/<int:pk>/rejection/", views.RejectionView.as_view(), name="rejection"),
    path("quarantine/<int:pk>/return/", views.ReturnView.as_view(), name="mail_return"),
    path("quarantine/<int:pk>/list/", views.ListView.as_view(), name="mail_list"),
    path("quarantine/lists/<int:pk>/end/", views.ListEndView.as_view(), name="list_end"),
    path("quarantine/rejections/", views.RejectionsView.as_view(), name="rejections"),
    path("submissions/<int:pk>/raw/", views.RawView.as_view(), name="raw_mail"),
    path("report-templates/", shaping.TemplatesView.as_view(), name="report_templates"),
    path("report-templates/<slug:realm>/", shaping.TemplateView.as_view(), name="report_template"),
    path("report-templates/<slug:realm>/check/", shaping.CheckView.as_view(), name="report_template_check"),
    path(
        "report-templates/<slug:realm>/versions/<int:version>/",
        shaping.VersionView.as_view(),
        name="report_template_version",
    ),
    path("cases/<int:number>/submissions/<int:pk>/vouch/", views.VouchView.as_view(), name="vouch"),
    path("cases/<int:number>/submissions/<int:pk>/own-case/", views.OwnCaseView.as_view(), name="mail_own_case"),
    path("cases/<int:number>/submissions/<int:pk>/other-case/", views.OtherCaseView.as_view(), name="mail_other_case"),
    path("widgets/", widgets.WidgetKeysView.as_view(), name="widget_keys"),
    path("widgets/<int:pk>/revoke/", widgets.WidgetKeyRevokeView.as_view(), name="widget_key_revoke"),
    path("cases/<int:number>/submission/", views.SubmissionView.as_view(), name="submission"),
    path("mailboxes/", mailbox_views.MailboxesView.as_view(), name="mailboxes"),
    path("mailboxes/new/", mailbox_views.MailboxView.as_view(), name="mailbox_new"),
    path("mailboxes/consent/", mailbox_views.ConsentedView.as_view(), name="mailbox_consent"),
    path("mailboxes/<int:pk>/", mailbox_views.MailboxView.as_view(), name="mailbox"),
    path("mailboxes/<int:pk>/trial/", mailbox_views.TrialView.as_view(), name="mailbox_trial"),
    path("mailboxes/<int:pk>/pause/", mailbox_views.PauseView.as_view(), name="mailbox_pause"),
    path("mailboxes/<int:pk>/resumption/", mailbox_views.ResumptionView.as_view(), name="mailbox_resumption"),
    path("mailboxes/<int:pk>/removal/", mailbox_views.RemovalView.as_view(), name="mailbox_removal"),
    path("mailboxes/<int:pk>/restoration/", mailbox_views.RestorationView.as_view(), name="mailbox_restoration"),
    path("mailboxes/<int:pk>/consent/", mailbox_views.ConsentView.as_view(), name="mailbox_ask_consent"),
]
portal = [
    path("report/", reports.ReportView.as_view(), name="report"),
    path("report/questions/", reports.QuestionsView.as_view(), name="report_questions"),
    path("report/draft/", reports.DraftView.as_view(), name="report_draft"),
    path("report/draft/discard/", reports.DiscardView.as_view(), name="report_discard"),
    path("report/draft/files/<int:pk>/removal/", reports.FileRemovalView.as_view(), name="report_file_removal"),
]
public = [
    path("report/", anonymous.AnonymousReportView.as_view(), name="anonymous_report"),
    path("report/questions/", anonymous.AnonymousQuestionsView.as_view(), name="anonymous_questions"),
    path("report/confirm/<str:token>/", anonymous.ConfirmationView.as_view(), name="report_confirmation"),
    path("hooks/mail/<str:provider>/", hook_views.MailHookView.as_view(), name="hook_mail"),
    # Mailgun gives the message as it came to addresses that say so.
    path("hooks/mail/<str:provider>/mime/", hook_views.MailHookView.as_view(), name="hook_mail_mime"),
    path("hooks/mail/<str:provider>/events/", hook_views.TrackingHookView.as_view(), name="hook_mail_events"),
    path("widget.js", widgets.ScriptView.as_view(), name="widget_script"),
    path("widget/<str:public>/", widgets.FrameView.as_view(), name="widget_frame"),
    path("widget/<str:public>/questions/", widgets.FrameQuestionsView.as_view(), name="widget_questions"),
]
