"""The one language to ask for cases in: `is:open owner:me account:northwind promise:<2h "exact words"`.

Lists, views and programs ask by it. Any text means something, and what we do not understand finds nothing and says why.
A room adds words of its own in its `queries.py` (see `words.word`).
"""

from tandem.cases.query.asking import Asked, ask
from tandem.cases.query.nobody import NOBODY
from tandem.cases.query.words import NotUnderstood, said, word

__all__ = ["NOBODY", "Asked", "NotUnderstood", "ask", "said", "word"]
