"""Who sent the request?"""

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header

from rest_framework_jwt import messages
from rest_framework_jwt.identity import at_a_view
from rest_framework_jwt.release import IS_FORK, IS_OLD
from rest_framework_jwt.settings import api_settings


class JSONWebTokenAuthentication(BaseAuthentication):
    www_authenticate_realm = "api"

    def authenticate(self, request):
        token = self.get_token_from_request(request)
        if token is None:
            return None
        return at_a_view(token, exceptions.AuthenticationFailed), token

    def authenticate_header(self, request):
        prefix = "JWT" if IS_OLD else api_settings.JWT_AUTH_HEADER_PREFIX
        return f'{prefix} realm="{self.www_authenticate_realm}"'

    def get_token_from_request(self, request):
        header = get_authorization_header(request)
        prefix = api_settings.JWT_AUTH_HEADER_PREFIX.lower().encode()
        if IS_FORK:
            words = header.split(b" ")
            if len(words) == 2:
                return words[1].decode("latin-1") if words[0].lower() == prefix else None
            return self._cookie(request, "JWT_IMPERSONATION_COOKIE", "JWT_AUTH_COOKIE")
        words = header.split()
        if not words:
            return None if IS_OLD else self._cookie(request, "JWT_AUTH_COOKIE")
        if words[0].lower() != prefix:
            return None
        if len(words) == 1:
            raise exceptions.AuthenticationFailed(messages.HEADER + "No credentials provided.")
        if len(words) > 2:
            raise exceptions.AuthenticationFailed(
                messages.HEADER + "Credentials string should not contain spaces."
            )
        return words[1].decode("latin-1")

    @staticmethod
    def _cookie(request, *settings):
        for name in (getattr(api_settings, setting) for setting in settings):
            if name and name in request.COOKIES:
                return request.COOKIES[name]
        return None
