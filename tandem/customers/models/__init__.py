from tandem.customers.models.account import Account
from tandem.customers.models.contact import Contact, NoAddress
from tandem.customers.models.environment import Environment, Snapshot

__all__ = ["Account", "Contact", "Environment", "NoAddress", "Snapshot"]
