"""What the token endpoints read: fields in, user and claims out."""

from datetime import timedelta

from django.contrib.auth import authenticate, get_user_model
from rest_framework import serializers

from rest_framework_jwt import messages
from rest_framework_jwt.identity import at_a_door
from rest_framework_jwt.release import IS_FORK, IS_OLD
from rest_framework_jwt.settings import api_settings
from rest_framework_jwt.utils import now


def text_field(**options):
    if IS_OLD:  # the DRF of its day knew one sentence, and left white space where it was
        required = "This field is required."
        options |= {"error_messages": {"blank": required, "null": required}, "trim_whitespace": False}
    return serializers.CharField(**options)


def refresh_window():
    delta = api_settings.JWT_REFRESH_EXPIRATION_DELTA
    if isinstance(delta, timedelta):
        delta = delta.total_seconds()
    return delta if IS_FORK else int(delta)


class JSONWebTokenSerializer(serializers.Serializer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name = get_user_model().USERNAME_FIELD
        if IS_FORK:
            self.fields["password"] = text_field(write_only=True)
            self.fields["token"] = serializers.CharField(read_only=True)
            self.fields[name] = text_field()
        else:
            self.fields[name] = text_field()
            self.fields["password"] = text_field(write_only=True)

    def validate(self, attrs):
        user = authenticate(self.context["request"], **attrs)
        if user is None and IS_OLD:
            user = self._disabled(attrs)
        if user is None:
            raise serializers.ValidationError(messages.LOGIN_FAILED)
        payload = api_settings.JWT_PAYLOAD_HANDLER(user)
        if IS_OLD and api_settings.JWT_ALLOW_REFRESH:
            payload["orig_iat"] = now()
        return user, payload

    @staticmethod
    def _disabled(attrs):
        """Django's backend did not hide disabled users then."""
        name = get_user_model().USERNAME_FIELD
        user = get_user_model().objects.filter(**{name: attrs[name]}, is_active=False).first()
        if user and user.check_password(attrs["password"]):
            raise serializers.ValidationError(messages.DISABLED)


class VerifyJSONWebTokenSerializer(serializers.Serializer):
    token = text_field()

    def validate(self, attrs):
        return at_a_door(attrs["token"], serializers.ValidationError)


class RefreshJSONWebTokenSerializer(VerifyJSONWebTokenSerializer):
    def validate(self, attrs):
        user, old = super().validate(attrs)
        orig_iat = old.get("orig_iat")
        if not orig_iat and (orig_iat is None or not IS_FORK):
            raise serializers.ValidationError(messages.NO_ORIG_IAT)
        if now() > orig_iat + refresh_window():
            raise serializers.ValidationError(messages.REFRESH_OVER)
        payload = api_settings.JWT_PAYLOAD_HANDLER(user)
        payload["orig_iat"] = orig_iat
        if IS_FORK and api_settings.JWT_TOKEN_ID != "off":
            first = old.get("orig_jti") or old.get("jti")
            if first:
                payload["orig_jti"] = first
        return user, payload


class ImpersonateSerializer(serializers.Serializer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        users = get_user_model().objects.all()
        self.fields["user"] = serializers.PrimaryKeyRelatedField(queryset=users)

    def validate(self, attrs):
        user = attrs["user"]
        if not user.is_active:
            raise serializers.ValidationError(messages.DISABLED)
        return user, api_settings.JWT_PAYLOAD_HANDLER(user)
