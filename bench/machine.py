"""On what, when, of which commit and with which versions the numbers were measured."""

import datetime
import os
import pathlib
import platform
import re
import subprocess

HERE = pathlib.Path(__file__).parent


def output(*command):
    try:
        return subprocess.run(command, cwd=HERE, capture_output=True, text=True,
                              check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def cpu():
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii")
    model = re.search(r"model name\s*: (.*)", text)
    sha = "with SHA-NI" if re.search(r"\bsha_ni\b", text) else "without SHA-NI"
    return f"{os.cpu_count()} cores ({model.group(1) if model else platform.machine()}, {sha})"


def versions(packages):
    found = {name: output("dpkg-query", "-W", "-f", "${Version}", package)
             for name, package in packages.items()} | {"g++": output("g++", "-dumpfullversion")}
    return {name: version for name, version in found.items() if version}


def page(title, command, used, body):
    """`used`: what was measured with, name → version."""
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    commit = output("git", "rev-parse", "--short", "HEAD") or "unknown"
    if output("git", "status", "--porcelain", "--", ":/", ":(top,exclude)bench/results"):
        commit += " with changes"
    return f"""# {title}

`{command}`, {datetime.date.today()}, commit {commit}.
{cpu()}, {system}, kernel {platform.release()}.
{", ".join(f"{name} {version}" for name, version in used.items())}.

What is measured and how is said in [bench/README.md](../README.md).

{body}
"""
