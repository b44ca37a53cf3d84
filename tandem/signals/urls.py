from django.urls import path, register_converter
from django.urls.converters import StringConverter

from tandem.signals import views
from tandem.signals.models import State


class StateConverter(StringConverter):
    regex = "|".join(State.values)


register_converter(StateConverter, "state")

public = [
    path("hooks/alertmanager/", views.AlertmanagerView.as_view(), name="hook_alertmanager"),
    path("hooks/alertmanager/<str:key>/", views.AlertmanagerView.as_view(), name="hook_alertmanager_key"),
]
desk = [
    path("components/new/", views.ComponentSettingsView.as_view(), name="component_new"),
    path("components/<slug:slug>/", views.ComponentView.as_view(), name="component"),
    path("components/<slug:slug>/settings/", views.ComponentSettingsView.as_view(), name="component_settings"),
    path("components/<slug:slug>/pin/", views.PinView.as_view(), name="pin"),
    path("components/<slug:slug>/pin/lift/", views.PinLiftView.as_view(), name="pin_lift"),
    path("components/<slug:slug>/effects/<state:state>/", views.EffectView.as_view(), name="effect"),
    path("components/<slug:slug>/dependencies/", views.DependenciesView.as_view(), name="dependencies"),
    path("dependencies/<int:pk>/end/", views.DependencyEndView.as_view(), name="dependency_end"),
    path("alerts/<int:pk>/end/", views.AlertEndView.as_view(), name="alert_end"),
    path("hooks/", views.HooksView.as_view(), name="hooks"),
    path("hooks/<int:pk>/revoke/", views.HookRevokeView.as_view(), name="hook_revoke"),
]
