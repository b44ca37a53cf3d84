from django.urls import path

from tandem.shifts import views

desk = [
    path("shift/", views.ShiftView.as_view(), name="shift"),
    path("handovers/", views.HandOversView.as_view(), name="handovers"),
    path("handovers/new/", views.OfferView.as_view(), name="handover_offer"),
    path("handovers/<int:pk>/", views.HandOverView.as_view(), name="handover"),
    path("handovers/<int:pk>/reading/", views.ReadingView.as_view(), name="handover_reading"),
    path("handovers/<int:pk>/acceptance/", views.AcceptanceView.as_view(), name="handover_acceptance"),
    path(
        "handovers/<int:pk>/cases/<int:handed>/acceptance/",
        views.OneAcceptanceView.as_view(),
        name="handover_one_acceptance",
    ),
    path("handovers/<int:pk>/withdrawal/", views.WithdrawalView.as_view(), name="handover_withdrawal"),
    path("handovers/<int:pk>/cases/<int:handed>/undo/", views.UndoView.as_view(), name="handover_undo"),
]
