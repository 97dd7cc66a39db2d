from rest_framework import serializers

from people.models import Interest, User


class PhoneSerializer(serializers.Serializer):
    phone_number = serializers.RegexField(r"^\+[1-9]\d{7,14}$")


class VerificationSerializer(PhoneSerializer):
    otp_code = serializers.RegexField(r"^\d{6}$")


class InterestSerializer(serializers.ModelSerializer):
    class Meta:
        model = Interest
        fields = ["id", "name", "description"]


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = [
            *("id", "mobile", "first_name", "last_name", "email", "is_active"),
            *("mobile_verified", "date_joined"),
        ]
