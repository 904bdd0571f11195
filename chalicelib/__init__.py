"""What ships. How a container starts: without looking for garbage, and without what nobody asked for yet.

What is made while it starts lives as long as it does. Python's collector would walk through all of it 170 times, a
sixth of a cold start, in search of garbage that imports do not leave; `wiring.ports` sets it to work.
"""

import gc
import os

gc.set_threshold(1_000_000, 20, 100)

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    from chalicelib import lazily

    lazily.load_rooms_when_asked()
