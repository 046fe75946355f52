"""Stands in for djangorestframework-jwt and drf-jwt; see ../README.md. A project's copy says its release."""

__version__ = "1.11.0"
