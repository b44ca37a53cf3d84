from django.urls import path

from tandem.automate import macro_views, rule_views, settings_views, views

desk = [
    path("automation/", rule_views.AutomationView.as_view(), name="automation"),
    path("runs/", views.RunsView.as_view(), name="runs"),
    path("runs/new/", views.NewRunView.as_view(), name="run_new"),
    path("runs/<int:pk>/", views.RunView.as_view(), name="run"),
    path("runs/<int:pk>/undo/", views.RunUndoView.as_view(), name="run_undo"),
    path("macros/new/", macro_views.MacroView.as_view(), name="macro_new"),
    path("macros/<int:pk>/", macro_views.MacroView.as_view(), name="macro"),
    path("macros/<int:pk>/retirement/", macro_views.MacroRetirementView.as_view(), name="macro_retirement"),
    path("cases/<int:number>/macros/", macro_views.CaseMacrosView.as_view(), name="macros"),
    path("cases/<int:number>/macros/<int:pk>/", macro_views.CaseMacroView.as_view(), name="macro_use"),
    path("rules/new/", rule_views.RuleView.as_view(), name="rule_new"),
    path("rules/check/", rule_views.RuleCheckView.as_view(), name="rule_check"),
    path("rules/<int:pk>/", rule_views.RuleView.as_view(), name="rule"),
    path("rules/<int:pk>/switch/", rule_views.SwitchView.as_view(), name="rule_switch"),
    path("rules/<int:pk>/versions/<int:number>/", rule_views.RuleVersionView.as_view(), name="rule_version"),
    path("rules/<int:pk>/retirement/", rule_views.RuleRetirementView.as_view(), name="rule_retirement"),
    path("rules/<int:pk>/rehearsals/", rule_views.RehearsalsView.as_view(), name="rule_rehearsals"),
    path("settings/file/", settings_views.SettingsFileView.as_view(), name="settings_file"),
    path("settings/file/export/", settings_views.SettingsExportView.as_view(), name="settings_export"),
    path("rehearsals/<int:pk>/", rule_views.RehearsalView.as_view(), name="rehearsal"),
]
