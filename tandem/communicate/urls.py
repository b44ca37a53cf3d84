from django.urls import path

from tandem.communicate import views

desk = [
    path("cases/<int:number>/messages/", views.MessagesView.as_view(), name="messages"),
    path("cases/<int:number>/planned/<int:pk>/undo/", views.UndoView.as_view(), name="planned_undo"),
    path("cases/<int:number>/planned/<int:pk>/leave/", views.LeaveNowView.as_view(), name="planned_leave"),
    path("cases/<int:number>/promise/", views.PromiseView.as_view(), name="promise"),
]
portal = [path("cases/<int:number>/messages/", views.PortalMessagesView.as_view(), name="portal_messages")]
public = [path("stop/<str:word>/", views.StopMailView.as_view(), name="stop_mail")]
