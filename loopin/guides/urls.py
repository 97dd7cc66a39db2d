from django.urls import path

from loopin.guides import views
from loopin.guides.catalogue import GUIDES

urlpatterns = [
    *(path(guide.page, views.page, {"guide": guide}, name=guide.page) for guide in GUIDES),
    *(path(guide.file, views.markdown, {"guide": guide}) for guide in GUIDES),
]
