"""Which machine, which programs, when: without that no time means anything."""
import datetime
import os
import platform
import subprocess
import sys

from programs import ROOT


def cpu_name():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        names = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    return names[0] if names else platform.processor()


def commit():
    """The checkout's, with a + where there are changes that are not committed."""
    def git(*arguments):
        return subprocess.run(["git", "-C", str(ROOT), *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True, check=False).stdout.strip()
    changes = git("status", "--porcelain", "--untracked-files=no", "--", "app", "core", "shaders")
    return git("rev-parse", "--short=10", "HEAD") + ("+" if changes else "")


def describe(threads):
    if os.getloadavg()[0] > os.cpu_count() / 4:
        print(f"The machine is busy, its load is {os.getloadavg()[0]:.1f}: the times will say little. Whose threads wait for "
              "one another, as PyTorch's do, suffer most.", file=sys.stderr)
    return {"cpu": cpu_name(), "cores": os.cpu_count(), "threads": threads, "load": os.getloadavg()[0],
            "system": platform.platform(), "date": datetime.date.today().isoformat(), "commit": commit()}


def sentence(machine):
    return (f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']:.1f}; {machine['system']}; "
            f"{machine['date']}, commit {machine['commit']}")
