from django.urls import path

from tandem.learn import views

desk = [
    path("cases/<int:number>/article/", views.ArticlePanelView.as_view(), name="case_article"),
    path("knowledge/", views.KnowledgeView.as_view(), name="knowledge"),
    path("knowledge/<int:pk>/", views.ArticleView.as_view(), name="article"),
    path("knowledge/<int:pk>/review/", views.ReviewView.as_view(), name="article_review"),
    path("knowledge/<int:pk>/publication/", views.PublicationView.as_view(), name="article_publication"),
    path("knowledge/<int:pk>/retirement/", views.RetirementView.as_view(), name="article_retirement"),
]
public = [
    path("help/", views.HelpView.as_view(), name="help"),
    path("help/<slug:slug>/", views.HelpArticleView.as_view(), name="help_article"),
]
