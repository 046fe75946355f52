"""djangorestframework-simplejwt's views where its documentation puts them, and a protected one. Whether logins
slide is what the settings say first."""

from django.urls import path
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt import views
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.settings import api_settings


class ProtectedView(APIView):
    authentication_classes = (JWTAuthentication,)
    permission_classes = (IsAuthenticated,)

    def get(self, request):
        return Response({"user": request.user.get_username()})

    post = get


slides = api_settings.AUTH_TOKEN_CLASSES[0].token_type == "sliding"
urlpatterns = [
    path("api/token/", views.token_obtain_sliding if slides else views.token_obtain_pair),
    path("api/token/refresh/", views.token_refresh_sliding if slides else views.token_refresh),
    path("api/token/verify/", views.token_verify),
    path("api/token/blacklist/", views.token_blacklist),
    path("protected-url/", ProtectedView.as_view()),
]
