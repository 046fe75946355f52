"""The token endpoints."""

from calendar import timegm
from datetime import datetime

from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.settings import api_settings as framework_settings
from rest_framework.views import APIView

from rest_framework_jwt import serializers
from rest_framework_jwt.release import IS_FORK, IS_OLD
from rest_framework_jwt.settings import api_settings


def set_cookie(response, name, token):
    if not name:
        return
    options = {"expires": datetime.utcnow() + api_settings.JWT_EXPIRATION_DELTA, "httponly": True}
    if IS_FORK:
        options |= {
            "domain": api_settings.JWT_AUTH_COOKIE_DOMAIN, "path": api_settings.JWT_AUTH_COOKIE_PATH,
            "secure": api_settings.JWT_AUTH_COOKIE_SECURE,
            "samesite": api_settings.JWT_AUTH_COOKIE_SAMESITE,
        }
    response.set_cookie(name, token, **options)


def in_seconds(time):
    return timegm(time.utctimetuple()) if isinstance(time, datetime) else time


class JSONWebTokenAPIView(APIView):
    permission_classes = ()
    authentication_classes = ()
    if IS_OLD:
        renderer_classes = (JSONRenderer,)
    else:

        def get_serializer(self):  # for OPTIONS, which tells the fields
            return self.serializer_class()

    @property
    def default_response_headers(self):
        headers = super().default_response_headers
        return headers | {"Vary": "Cookie"} if IS_OLD else headers

    def post(self, request):
        serializer = self.serializer_class(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        user, payload = serializer.validated_data
        return self.answer(request, user, payload, self.token(request, payload))

    def token(self, request, payload):
        return api_settings.JWT_ENCODE_HANDLER(payload)

    def answer(self, request, user, payload, token):
        if IS_OLD:
            return Response({"token": token})
        more = {"issued_at": in_seconds(payload.get("iat"))} if IS_FORK else {}
        body = api_settings.JWT_RESPONSE_PAYLOAD_HANDLER(token, user, request, **more)
        response = Response(body, status=201 if IS_FORK else 200)
        set_cookie(response, api_settings.JWT_AUTH_COOKIE, token)
        return response


class ObtainJSONWebToken(JSONWebTokenAPIView):
    serializer_class = serializers.JSONWebTokenSerializer


class RefreshJSONWebToken(JSONWebTokenAPIView):
    serializer_class = serializers.RefreshJSONWebTokenSerializer


class VerifyJSONWebToken(JSONWebTokenAPIView):
    serializer_class = serializers.VerifyJSONWebTokenSerializer

    def token(self, request, payload):
        return request.data["token"]


class IsSuperuser(BasePermission):
    def has_permission(self, request, view):
        return bool(request.user and request.user.is_superuser)


class ImpersonateJSONWebToken(JSONWebTokenAPIView):
    """drf-jwt only."""

    serializer_class = serializers.ImpersonateSerializer
    authentication_classes = framework_settings.DEFAULT_AUTHENTICATION_CLASSES
    permission_classes = (IsSuperuser,)

    def answer(self, request, user, payload, token):
        response = Response({"token": token}, status=201)
        set_cookie(response, api_settings.JWT_IMPERSONATION_COOKIE, token)
        return response


obtain_jwt_token = ObtainJSONWebToken.as_view()
refresh_jwt_token = RefreshJSONWebToken.as_view()
verify_jwt_token = VerifyJSONWebToken.as_view()
impersonate_jwt_token = ImpersonateJSONWebToken.as_view()
