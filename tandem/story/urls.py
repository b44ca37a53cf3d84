from django.urls import path

from tandem.story.doors import DemoView

public = [
    path("demo/", DemoView.as_view(), name="demo"),
    path("demo/in/<slug:name>/", DemoView.as_view(), name="demo_in"),
]
