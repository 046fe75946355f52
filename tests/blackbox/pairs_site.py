"""A real Django project with Debian's djangorestframework-simplejwt and its token_blacklist app."""

import pathlib
import re
import shutil

from django_site import Project, start_project

APPS = ["rest_framework_simplejwt", "rest_framework_simplejwt.token_blacklist"]


def start_pairs_project(folder):
    """A migrated project with an empty database."""
    folder = start_project(folder)
    with (folder / "project/settings.py").open("a") as settings:
        settings.write(f"\nINSTALLED_APPS += {APPS!r}\nROOT_URLCONF = 'pairs.urls'\nDEBUG = False\n")
    project = PairsProject(folder)
    project.manage("migrate", "--verbosity", "0")
    return project


class PairsProject(Project):
    def __init__(self, folder, like=None):
        """`like`: the folder of a project to copy."""
        self.folder = pathlib.Path(folder)
        if like:
            shutil.copytree(like, self.folder, dirs_exist_ok=True)
        self.database = self.folder / "db.sqlite3"
        self.settings = self.folder / "project/settings.py"
        self.secret = re.search(r"^SECRET_KEY = '(.*)'$", self.settings.read_text(), re.MULTILINE)[1]

    def configure(self, simple_jwt, more=""):
        """`simple_jwt`: name → Python source of the value. For the next start()."""
        members = "".join(f"    {name!r}: {source},\n" for name, source in simple_jwt.items())
        with self.settings.open("a") as settings:
            settings.write(f"\nfrom datetime import timedelta\nSIMPLE_JWT = {{\n{members}}}\n{more}\n")
