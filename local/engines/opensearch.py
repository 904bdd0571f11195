"""OpenSearch, the real engine, on this machine.

The runner finds its ports itself: told a base port it answers on the next one (or the first free one after it, up to
its limit), and ends with status 1 and no word when the base is above 9299. So the engine asks for the port it wants
minus one, from a range that the runner accepts, and watches the process while it waits.
"""

import json
import os
import socket
import urllib.request
from pathlib import Path

from local.engines.artifacts import fetch
from local.engines.engine import Engine
from local.engines.errors import EngineUnavailable
from local.engines.java import java

LOCK = Path(__file__).with_name("opensearch.lock")
MAIN = "org.codelibs.opensearch.runner.OpenSearchRunner"
PORTS = range(9201, 9300)
JVM = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC")
