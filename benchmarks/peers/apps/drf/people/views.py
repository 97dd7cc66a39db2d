import hashlib
import hmac
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from rest_framework.authentication import TokenAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.tokens import RefreshToken
from sent_codes import send_code

from people.models import Interest, PhoneOTP, User
from people.serializers import (
    InterestSerializer,
    PhoneSerializer,
    UserSerializer,
    VerificationSerializer,
)

MAX_ATTEMPTS = 5
LIFETIME = timedelta(minutes=10)


def code_hash(phone_number: str, code: str) -> str:
    return hmac.new(b"p" * 32, f"{phone_number}|{code}".encode(), hashlib.sha256).hexdigest()


class OpenView(APIView):
    authentication_classes = []
    permission_classes = []


class Hello(OpenView):
    def get(self, request: Request) -> Response:
        return Response({"message": "hello"})


class Interests(OpenView):
    def get(self, request: Request) -> Response:
        found = Interest.objects.filter(is_active=True)
        return Response({"success": True, "data": InterestSerializer(found, many=True).data})


class SignUp(OpenView):
    def post(self, request: Request) -> Response:
        sent = PhoneSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        phone_number = sent.validated_data["phone_number"]
        code = f"{secrets.randbelow(10**6):06}"
        challenge = {
            "code_hash": code_hash(phone_number, code),
            "attempts": 0,
            "used": False,
            "expires_at": timezone.now() + LIFETIME,
        }
        PhoneOTP.objects.update_or_create(phone_number=phone_number, defaults=challenge)
        send_code(phone_number, code)
        data = {"phone_number": phone_number}
        return Response({"success": True, "message": "OTP sent", "data": data})


class Verify(OpenView):
    def post(self, request: Request) -> Response:
        sent = VerificationSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        phone_number = sent.validated_data["phone_number"]
        user = _verified(phone_number, sent.validated_data["otp_code"])
        if user is None:
            return Response({"detail": "invalid code"}, status=400)
        refresh = RefreshToken.for_user(user)
        data = {"user_id": user.pk, "phone_number": phone_number}
        token = str(refresh.access_token)
        return Response({"success": True, "token": token, "refresh": str(refresh), "data": data})


def _verified(phone_number: str, code: str) -> User | None:
    """Whose the number is, if the code is right; each try is counted."""
    with transaction.atomic():
        live = PhoneOTP.objects.filter(
            phone_number=phone_number,
            used=False,
            attempts__lt=MAX_ATTEMPTS,
            expires_at__gt=timezone.now(),
        )
        challenge = live.select_for_update().first()
        if challenge is None:
            return None
        challenge.attempts += 1
        challenge.used = hmac.compare_digest(challenge.code_hash, code_hash(phone_number, code))
        challenge.save(update_fields=["attempts", "used"])
        if not challenge.used:
            return None
        new = {"mobile_verified": True, "password": "!"}
        user, _ = User.objects.get_or_create(mobile=phone_number, defaults=new)
        return user


class Profile(APIView):
    authentication_classes = [JWTAuthentication]
    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        return Response(UserSerializer(request.user).data)


class PasswordlessProfile(Profile):
    authentication_classes = [TokenAuthentication]
