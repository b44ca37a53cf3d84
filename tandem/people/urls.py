"""The few of the library's doors we open. Sign-up, social log-in and the rest stay shut."""

from allauth.account import views
from django.urls import path

from tandem.people.doors import CodeView, FirstPasswordView, PasswordSignInView, PasswordView

urlpatterns = [
    path("sign-in/", PasswordSignInView.as_view(), name="account_login"),
    path("sign-in/code/", CodeView.as_view(), name="account_request_login_code"),
    path("sign-in/code/confirm/", views.confirm_login_code, name="account_confirm_login_code"),
    path("sign-out/", views.logout, name="account_logout"),
    path("password/change/", PasswordView.as_view(), name="account_change_password"),
    path("password/set/", FirstPasswordView.as_view(), name="account_set_password"),
]
