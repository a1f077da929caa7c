"""The site: each app's nouns under one word."""

from django.urls import URLPattern, URLResolver, include, path

from pithead.web.views import accounts, api, audit, cockpit, home, screen, seal, search, sign_in

desk = [
    path("", home.home, name="home"),
    path("cockpit/", cockpit.cockpit, name="cockpit"),
    path("screen/", screen.screen, name="screen"),
    path("screen/hang/", screen.hang, name="hang"),
    path("search/", search.search, name="search"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("activate/", sign_in.activate, name="activate"),
    path("password/", sign_in.password, name="password"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/codes/", accounts.codes, name="codes"),
    path("audit/", audit.audit, name="audit"),
    path("seal/", seal.seal, name="seal"),
    path("gallery/", home.gallery, name="gallery"),
    path("health/", home.health, name="health"),
    path("api/figures/", api.api_figures, name="api_figures"),
    path("api/measures/<str:code>/", api.api_measure, name="api_measure"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((desk, "web"))),
    path("", include("pithead.org.urls")),
    path("", include("pithead.rules.urls")),
    path("", include("pithead.measures.urls")),
    path("", include("pithead.issues.urls")),
    path("", include("pithead.practices.urls")),
    path("", include("pithead.assess.urls")),
    path("", include("pithead.documents.urls")),
]
