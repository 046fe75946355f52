"""People log in with their e-mail address; the key is Django's usual integer."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models


class EmailUserManager(UserManager):
    def create_user(self, email, password=None, **more):
        user = self.model(email=self.normalize_email(email), **more)
        user.set_password(password)
        user.save()
        return user


class EmailUser(AbstractUser):
    username = None
    email = models.EmailField(unique=True)
    objects = EmailUserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
