from django.urls import path

from leads.views import desk

app_name = "leads"

urlpatterns = [
    path("", desk.lead_list, name="list"),
]
