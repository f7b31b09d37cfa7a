"""The jars of Apache Kafka, resolved once into a cache folder.

The cache is ``LIVEDATA_TEST_CACHE``, or the user's cache folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import platformdirs

POM = Path(__file__).with_name("pom.xml")
OLDEST_JAVA = 17
RESOLVE_S = 600.0


class NoKafkaError(RuntimeError):
    """This machine cannot run a broker; the text says what it lacks."""


def java() -> str:
    """Return the program that runs Java.

    Raises
    ------
    NoKafkaError
        If there is none, or an older one than Kafka needs.
    """
    found = shutil.which("java")
    if found is None:
        raise NoKafkaError("no java on this machine (apt-get install default-jre)")
    told = subprocess.run([found, "-version"], capture_output=True, text=True)
    version = re.search(r'version "(\d+)', told.stderr)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise NoKafkaError(f"Kafka needs Java {OLDEST_JAVA}, not {told.stderr!r}")
    return found


def kafka_jars() -> Path:
    """Return the folder with Kafka's jars; resolve them if need be.

    Raises
    ------
    NoKafkaError
        If they are not in the cache and Maven is missing or fails.
    """
    cache = Path(
        os.environ.get("LIVEDATA_TEST_CACHE")
        or platformdirs.user_cache_dir("livedata-tests")
    )
    digest = hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    jars = cache / f"kafka-{digest}"
    if jars.exists():
        return jars
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not jars.exists():
            _resolve(jars)
    return jars


def _resolve(jars: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise NoKafkaError("no mvn on this machine to fetch Kafka with")
    # Renamed when complete, so that an interrupted run leaves no half of it.
    with tempfile.TemporaryDirectory(dir=jars.parent) as folder:
        command = [maven, "-B", "-q", "-f", str(POM), "dependency:copy-dependencies"]
        command += ["-DincludeScope=runtime", f"-DoutputDirectory={folder}/jars"]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=RESOLVE_S
        )
        if done.returncode:
            raise NoKafkaError(f"Maven cannot fetch Kafka: {done.stdout[-2000:]}")
        (Path(folder) / "jars").rename(jars)
