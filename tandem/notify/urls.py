from django.urls import path

from tandem.notify import browsers, less, views

desk = [
    path("cases/<int:number>/watch/", views.WatchView.as_view(), name="watch"),
    path("cases/<int:number>/watch/button/", views.WatchButtonView.as_view(), name="watch_button"),
    path("cases/<int:number>/mentions/", views.MentionsView.as_view(), name="mentions"),
    path("notices/", views.NoticesView.as_view(), name="notices"),
    path("notices/latest/", views.LatestView.as_view(), name="notices_latest"),
    path("notices/bell/", views.BellView.as_view(), name="bell"),
    path("notices/reading/", views.ReadingView.as_view(), name="notice_reading"),
    path("notices/reading/<str:at>/undo/", views.ReadingUndoView.as_view(), name="notice_reading_undo"),
    path("notices/deferral/", views.DeferralView.as_view(), name="notice_deferral"),
    path("notices/deferral/<str:keys>/undo/", views.DeferralUndoView.as_view(), name="notice_deferral_undo"),
    path("notices/why/", views.WhyView.as_view(), name="why_told"),
    path("notices/less/", less.LessView.as_view(), name="notice_less"),
    path("notices/less/<str:back>/undo/", less.LessUndoView.as_view(), name="notice_less_undo"),
    path("notices/settings/", views.SettingsView.as_view(), name="notice_settings"),
    path("notices/browsers/", browsers.BrowsersView.as_view(), name="browsers"),
    path("notices/browsers/<int:pk>/end/", browsers.BrowserEndView.as_view(), name="browser_end"),
    path("notices/<int:pk>/", views.NoticeView.as_view(), name="notice"),
]
public = [
    path("notices-worker.js", browsers.WorkerView.as_view(), name="notices_worker"),
    path("less/<str:word>/", less.LessLinkView.as_view(), name="less_link"),
]
