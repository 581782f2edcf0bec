"""Addresses of this room."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("register/", views.register_account, name="register_account"),
    path("enterprises/", views.enterprises, name="enterprises"),
]
