from django.urls import path

from tandem.close import views

desk = [
    path("cases/<int:number>/closure/", views.ClosureView.as_view(), name="closure"),
    path("cases/<int:number>/closure/reopening/", views.ReopeningView.as_view(), name="closure_reopening"),
]
portal = [
    path("cases/<int:number>/rate/", views.RateView.as_view(), name="rate"),
    path("link/<str:token>/rate/", views.RateView.as_view(), name="rate_link"),
]
