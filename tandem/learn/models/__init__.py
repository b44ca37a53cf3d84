from tandem.learn.models.article import Article, State
from tandem.learn.models.sections import SECTIONS
from tandem.learn.models.version import ArticleVersion

__all__ = ["SECTIONS", "Article", "ArticleVersion", "State"]
