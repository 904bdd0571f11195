"""One cold start in a fresh interpreter: `cold_start.py PACKAGE '{"module": …}'` or `'{"names": […], "clients": […]}'`.

Prints the CPU that it took (the wall clock of a shared machine says little), which modules from outside `chalicelib`
are there afterwards, and which AWS clients.
"""

import gc
import importlib
import json
import sys
import time

SILENT = {"__main__", "app"}


def outside(before: set[str]) -> list[str]:
    """Modules of third parties by the order in which they were needed; the standard library comes with them."""
    return [
        name
        for name in sys.modules
        if name not in before
        and name not in SILENT
        and name.partition(".")[0] not in sys.stdlib_module_names
        and name.partition(".")[0] != "chalicelib"
        and getattr(sys.modules[name], "__spec__", None) is not None
    ]


def made() -> list[str]:
    """The clients of this container's world."""
    wiring = sys.modules.get("chalicelib.wiring")
    if wiring is None or not wiring.ports.cache_info().currsize:
        return []
    clients = vars(wiring.ports()).get("clients")
    return [name for name in vars(clients) if name != "session"] if clients else []


def main() -> None:
    package, asked = sys.argv[1], json.loads(sys.argv[2])
    sys.path.insert(0, package)
    before = set(sys.modules)
    began = time.process_time()
    if "module" in asked:
        importlib.import_module(asked["module"])
    else:
        for name in asked["names"]:
            importlib.import_module(name)
        if asked["clients"]:
            session = sys.modules["botocore.session"].Session()
            for name in asked["clients"]:
                session.create_client(name)
        # A container freezes what it imported; so does this one.
        gc.freeze()
    took = time.process_time() - began
    print(json.dumps({"seconds": took, "outside": outside(before), "clients": made()}))


main()
