"""Addresses for people, not for staff."""

from django.urls import path

from leads.views import resume

urlpatterns = [path("resume/<str:token>/", resume.follow, name="resume")]
