"""Words of the text, in what people ask for."""

from tandem.cases.query.words import text
from tandem.recall.listing import has, having

text(having, has)
