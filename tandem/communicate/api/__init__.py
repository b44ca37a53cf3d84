from tandem.communicate.api import calls, templates
from tandem.communicate.api.speaking import router

__all__ = ["router"]

router.add_router("", calls.router)
router.add_router("", templates.router)
