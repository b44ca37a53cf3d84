from tandem.people.models.change import RoleChange
from tandem.people.models.team import Team
from tandem.people.models.token import Token
from tandem.people.models.user import User

__all__ = ["RoleChange", "Team", "Token", "User"]
