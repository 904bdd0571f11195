"""All that the local cloud gets differently from AWS, and why. Keep it short: every line is something not tried here."""

from __future__ import annotations

import copy

from local.templates import Template

# Types that MiniStack 1.5.33 refuses, and that nothing on one machine misses.
REFUSED_TYPES = frozenset({"AWS::Events::Archive"})


def applied(template: Template) -> Template:
    """The copy of the packaged template that the local cloud is given."""
    local = copy.deepcopy(template)
    resources = local["Resources"]
    for name in [name for name, resource in resources.items() if resource["Type"] in REFUSED_TYPES]:
        del resources[name]
    return local
