"""settings.JWT_AUTH over the release's defaults."""

from datetime import timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from rest_framework_jwt.release import IS_FORK, IS_OLD, pick

_utils = "rest_framework_jwt.utils."
_handlers = {
    "JWT_ENCODE_HANDLER": _utils + pick("jwt_encode_handler", "jwt_encode_handler", "jwt_encode_payload"),
    "JWT_DECODE_HANDLER": _utils + pick("jwt_decode_handler", "jwt_decode_handler", "jwt_decode_token"),
    "JWT_PAYLOAD_HANDLER": _utils + pick("jwt_payload_handler", "jwt_payload_handler", "jwt_create_payload"),
}
if not IS_FORK:
    _handlers["JWT_PAYLOAD_GET_USER_ID_HANDLER"] = _utils + "jwt_get_user_id_from_payload_handler"
if not IS_OLD:
    _handlers["JWT_PAYLOAD_GET_USERNAME_HANDLER"] = _utils + pick(
        None, "jwt_get_username_from_payload_handler", "jwt_get_username_from_payload_handler"
    )
    _handlers["JWT_RESPONSE_PAYLOAD_HANDLER"] = _utils + pick(
        None, "jwt_response_payload_handler", "jwt_create_response_payload"
    )
    _handlers["JWT_GET_USER_SECRET_KEY"] = None

DEFAULTS = {
    **_handlers,
    "JWT_SECRET_KEY": settings.SECRET_KEY,
    "JWT_ALGORITHM": "HS256",
    "JWT_VERIFY": True,
    "JWT_VERIFY_EXPIRATION": True,
    "JWT_LEEWAY": 0,
    "JWT_EXPIRATION_DELTA": timedelta(seconds=300),
    "JWT_ALLOW_REFRESH": IS_FORK,
    "JWT_REFRESH_EXPIRATION_DELTA": timedelta(days=7),
    "JWT_AUTH_HEADER_PREFIX": "Bearer" if IS_FORK else "JWT",
}
if not IS_OLD:
    DEFAULTS |= {
        "JWT_AUDIENCE": None, "JWT_ISSUER": None, "JWT_PRIVATE_KEY": None, "JWT_PUBLIC_KEY": None,
        "JWT_AUTH_COOKIE": None,
    }
if IS_FORK:
    DEFAULTS |= {
        "JWT_INSIST_ON_KID": False, "JWT_TOKEN_ID": "include", "JWT_PAYLOAD_INCLUDE_USER_ID": True,
        "JWT_AUTH_COOKIE_DOMAIN": None, "JWT_AUTH_COOKIE_PATH": "/", "JWT_AUTH_COOKIE_SECURE": True,
        "JWT_AUTH_COOKIE_SAMESITE": "Lax", "JWT_IMPERSONATION_COOKIE": None,
    }


class _Settings:
    def __getattr__(self, name):
        if name not in DEFAULTS:
            raise AttributeError(f"this release has no setting {name}")
        value = getattr(settings, "JWT_AUTH", {}).get(name, DEFAULTS[name])
        return import_string(value) if name in _handlers and isinstance(value, str) else value


api_settings = _Settings()
