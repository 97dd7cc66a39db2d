from django.urls import path

from leads.views import desk, insights

app_name = "leads"

urlpatterns = [
    path("", desk.lead_list, name="list"),
    path("insights/", insights.insights, name="insights"),
]
