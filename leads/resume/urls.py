"""Addresses for people, not for staff."""

from django.urls import path

from leads.resume import views

urlpatterns = [path("resume/<str:token>/", views.follow, name="resume")]
