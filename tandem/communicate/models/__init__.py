from tandem.communicate.models.delivery import Delivery, State
from tandem.communicate.models.promise import Promise, PromiseInThePast
from tandem.communicate.models.reference import Reference
from tandem.communicate.models.update import Kind, Link, Update

__all__ = ["Delivery", "Kind", "Link", "Promise", "PromiseInThePast", "Reference", "State", "Update"]
