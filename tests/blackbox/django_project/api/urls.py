"""The packages' READMEs, as one URL configuration."""

from django.urls import re_path
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from rest_framework_jwt import views
from rest_framework_jwt.authentication import JSONWebTokenAuthentication
from rest_framework_jwt.release import IS_FORK


class ProtectedView(APIView):
    authentication_classes = (JSONWebTokenAuthentication,)
    permission_classes = (IsAuthenticated,)

    def get(self, request):
        return Response({"user": request.user.get_username()})

    post = get


urlpatterns = [
    re_path(r"^api-token-auth/", views.obtain_jwt_token),
    re_path(r"^api-token-refresh/", views.refresh_jwt_token),
    re_path(r"^api-token-verify/", views.verify_jwt_token),
    re_path(r"^protected-url/", ProtectedView.as_view()),
]
if IS_FORK:
    urlpatterns.append(re_path(r"^api-token-impersonate/", views.impersonate_jwt_token))
