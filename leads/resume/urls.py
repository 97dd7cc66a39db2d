"""The URLs of leads that are public."""

from django.urls import path

from leads.resume import views

urlpatterns = [path("resume/<str:token>/", views.follow, name="resume")]
