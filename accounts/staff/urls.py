"""The URLs for signing in as staff. They come before the admin's, whose sign-in page they
replace."""

from django.urls import path

from accounts.staff.views import api_tokens, second_factor, sign_in

urlpatterns = [
    path("login/", sign_in.staff_sign_in, name="staff_sign_in"),
    path("signed-in/", sign_in.signed_in, name="signed_in"),
    path("second-factor/", sign_in.second_factor, name="second_factor"),
    path("invitation/<str:token>/", second_factor.invitation, name="invitation"),
    path("second-factor/enrol/", second_factor.enrol, name="enrol"),
    path("second-factor/qr.svg", second_factor.qr, name="second_factor_qr"),
    path("second-factor/codes/", second_factor.recovery_codes, name="recovery_codes"),
    path("tokens/", api_tokens.api_tokens, name="api_tokens"),
    path("tokens/<int:token_id>/revoke/", api_tokens.revoke_api_token, name="revoke_api_token"),
]
