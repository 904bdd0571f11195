"""A believable shop for `make run`: merchants, goods, buyers, and a case in every state that the refund story has.

Everything is made through the public API by users with real tokens; the payment provider misbehaves where a story
needs it to, because its stand-in was told so beforehand.
"""

from local.seed.opening import seed as seed
from local.seed.summary import Told as Told
