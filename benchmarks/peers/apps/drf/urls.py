from django.urls import include, path
from people import views

urlpatterns = [
    path("passwordless/", include("drfpasswordless.urls")),
    path("passwordless/profile", views.PasswordlessProfile.as_view()),
    path("api/hello", views.Hello.as_view()),
    path("api/event-interests", views.Interests.as_view()),
    path("api/auth/signup", views.SignUp.as_view()),
    path("api/auth/verify-otp", views.Verify.as_view()),
    path("api/auth/profile", views.Profile.as_view()),
]
