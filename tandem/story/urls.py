from django.urls import path

from tandem.story.doors import DemoView
from tandem.story.systems import SystemView

public = [
    path("demo/", DemoView.as_view(), name="demo"),
    path("demo/contracts/<slug:slug>/", SystemView.as_view(), name="demo_contracts"),
    path("demo/in/<slug:name>/", DemoView.as_view(), name="demo_in"),
]
