from django.urls import path

from leads.views import bulk, desk, detail, saved_views

app_name = "leads"

urlpatterns = [
    path("", desk.lead_list, name="list"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("views/", saved_views.saved_views, name="saved_views"),
    path("views/save/", saved_views.save_view, name="save_view"),
    path("views/<int:view_id>/delete/", saved_views.delete_view, name="delete_view"),
    path("<int:lead_id>/", detail.lead_detail, name="detail"),
    path("<int:lead_id>/claim/", detail.claim, name="claim"),
]
