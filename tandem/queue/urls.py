from django.urls import path

from tandem.queue import saving, views

desk = [
    path("queue/", views.QueueView.as_view(), name="queue"),
    path("queue/layout/", views.LayoutView.as_view(), name="queue_layout"),
    path("queue/completion/", views.CompletionView.as_view(), name="queue_completion"),
    path("queue/terms/<int:place>/", views.ChoicesView.as_view(), name="queue_choices"),
    path("queue/views/", saving.SavedViewsView.as_view(), name="saved_views"),
    path("queue/views/<int:pk>/", saving.SavedViewView.as_view(), name="saved_view"),
    path("queue/views/<int:pk>/query/", saving.QueryView.as_view(), name="saved_view_query"),
    path("queue/views/<int:pk>/copy/", saving.CopyView.as_view(), name="saved_view_copy"),
    path("queue/views/<int:pk>/removal/", saving.RemovalView.as_view(), name="saved_view_removal"),
    path("queue/views/<int:pk>/return/", saving.ReturnView.as_view(), name="saved_view_return"),
]
