from django.urls import path

from tandem.communicate import composer_views, settings_views, views

desk = [
    path("templates/", settings_views.TemplatesView.as_view(), name="templates"),
    path("templates/<int:pk>/", settings_views.TemplateView.as_view(), name="template"),
    path("templates/<int:pk>/retirement/", settings_views.RetirementView.as_view(), name="template_retirement"),
    path("templates/signatures/<int:pk>/", settings_views.SignatureView.as_view(), name="signature"),
    path("cases/<int:number>/templates/", views.CaseTemplatesView.as_view(), name="case_templates"),
    path("cases/<int:number>/templates/offers/", views.TemplateOffersView.as_view(), name="template_offers"),
    path("cases/<int:number>/templates/<int:pk>/", views.InsertView.as_view(), name="template_insertion"),
    path("cases/<int:number>/calls/", views.CallView.as_view(), name="call"),
    path("cases/<int:number>/messages/", composer_views.MessagesView.as_view(), name="messages"),
    path("cases/<int:number>/planned/<int:pk>/undo/", composer_views.UndoView.as_view(), name="planned_undo"),
    path("cases/<int:number>/planned/<int:pk>/leave/", composer_views.LeaveNowView.as_view(), name="planned_leave"),
    path("cases/<int:number>/promise/", views.PromiseView.as_view(), name="promise"),
]
portal = [path("cases/<int:number>/messages/", views.PortalMessagesView.as_view(), name="portal_messages")]
public = [path("stop/<str:word>/", views.StopMailView.as_view(), name="stop_mail")]
