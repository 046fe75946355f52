"""From a token to its user, on every door; what is wrong becomes the error class the door gives."""

import jwt
from django.contrib.auth import get_user_model

from rest_framework_jwt import messages
from rest_framework_jwt.release import IS_FORK, IS_OLD
from rest_framework_jwt.settings import api_settings


def decode(token, error, catches_all):
    """Without `catches_all` whatever is neither expired nor undecodable becomes a 500."""
    try:
        return api_settings.JWT_DECODE_HANDLER(token)
    except jwt.ExpiredSignatureError:
        raise error(messages.EXPIRED)
    except jwt.DecodeError:
        raise error(messages.UNDECODABLE)
    except jwt.InvalidTokenError:
        if not catches_all:
            raise
        raise error(messages.INVALID)


def find_user(payload, error, no_name, no_user):
    User = get_user_model()
    if IS_OLD:
        user_id = api_settings.JWT_PAYLOAD_GET_USER_ID_HANDLER(payload)
        if not user_id:
            raise error(no_name)
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            raise error(no_user)
        return user
    name = api_settings.JWT_PAYLOAD_GET_USERNAME_HANDLER(payload)
    if not name:
        raise error(no_name)
    try:
        user = User.objects.get_by_natural_key(name)
    except User.DoesNotExist:
        raise error(no_user)
    if not user.is_active:
        raise error(messages.DISABLED)
    return user


def at_a_door(token, error):
    """User and payload of a token that was sent to refresh or verify."""
    payload = decode(token, error, catches_all=IS_OLD or IS_FORK)
    if IS_FORK and api_settings.JWT_TOKEN_ID == "require" and not payload.get("jti"):
        raise error(messages.INVALID)
    user = find_user(payload, error, messages.NO_NAME_AT_A_DOOR, messages.NO_USER_AT_A_DOOR)
    return user, payload


def at_a_view(token, error):
    payload = decode(token, error, catches_all=True)
    return find_user(payload, error, messages.NO_NAME, messages.NO_USER)
