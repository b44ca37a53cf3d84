from tandem.recall.models.deflection import PROVEN_AFTER, Deflection
from tandem.recall.models.file_text import FileText
from tandem.recall.models.word import Learnt, Word

__all__ = ["PROVEN_AFTER", "Deflection", "FileText", "Learnt", "Word"]
