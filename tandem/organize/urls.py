from django.urls import path

from tandem.organize import field_views, list_views, tag_views, views

desk = [
    path("cases/<int:number>/snooze/", views.SnoozeView.as_view(), name="snooze"),
    path("cases/<int:number>/snooze/waking/", views.WakingView.as_view(), name="snooze_waking"),
    path("cases/<int:number>/tags/", views.TagsView.as_view(), name="tag"),
    path("cases/<int:number>/tags/<int:pk>/removal/", views.TagRemovalView.as_view(), name="tag_removal"),
    path("tags/", tag_views.TagsView.as_view(), name="tags"),
    path("tags/<int:pk>/", tag_views.TagView.as_view(), name="tag_settings"),
    path("tags/<int:pk>/merge/", tag_views.TagMergeView.as_view(), name="tag_settings_merge"),
    path("tags/<int:pk>/retirement/", tag_views.TagRetirementView.as_view(), name="tag_settings_retirement"),
    path("tag-merges/<int:pk>/undo/", tag_views.TagMergeUndoView.as_view(), name="tag_merge_undo"),
    path("cases/<int:number>/fields/", views.FieldsView.as_view(), name="field"),
    path("cases/<int:number>/fields/asking/", views.FieldsAskingView.as_view(), name="field_asking"),
    path("cases/<int:number>/tasks/", views.TasksView.as_view(), name="task"),
    path("cases/<int:number>/tasks/list/", views.TaskListAddingView.as_view(), name="task_list_adding"),
    path("cases/<int:number>/tasks/<int:pk>/", views.TaskView.as_view(), name="task_act"),
    path("cases/<int:number>/children/", views.ChildrenView.as_view(), name="child"),
    path("cases/<int:number>/children/<int:pk>/removal/", views.ChildRemovalView.as_view(), name="child_removal"),
    path("fields/", field_views.FieldsView.as_view(), name="fields"),
    path("fields/condition/check/", field_views.CheckView.as_view(), name="fields_check"),
    path("fields/order/", field_views.OrderView.as_view(), name="fields_order"),
    path("fields/<slug:key>/", field_views.FieldView.as_view(), name="own_field"),
    path("fields/<slug:key>/retirement/", field_views.RetirementView.as_view(), name="own_field_retirement"),
    path("task-lists/", list_views.ListsView.as_view(), name="task_lists"),
    path("task-lists/<int:pk>/", list_views.ListView.as_view(), name="task_list"),
    path("task-lists/<int:pk>/retirement/", list_views.RetirementView.as_view(), name="task_list_retirement"),
]
