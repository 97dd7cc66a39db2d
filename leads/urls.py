from django.urls import path

from leads.actions import ACTIONS
from leads.views import actions, desk, detail, my_work

app_name = "leads"

urlpatterns = [
    path("", desk.lead_list, name="list"),
    path("follow-ups/", my_work.follow_ups, name="follow_ups"),
    path("shift/", my_work.shift, name="shift"),
    path("<int:lead_id>/", detail.detail, name="detail"),
    *(
        path(f"<int:lead_id>/{name}/", actions.act, {"name": name}, name=name.replace("-", "_"))
        for name in ACTIONS
    ),
]
