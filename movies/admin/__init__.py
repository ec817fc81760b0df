"""What staff see of films, searches and re-fills."""

from django.contrib import admin

from movies.admin.films import GenreAdmin, MovieAdmin
from movies.admin.imports import ImportAdmin
from movies.admin.refills import RefillAdmin
from movies.admin.searches import SearchAdmin
from movies.admin.terms import SearchTermAdmin
from movies.models import Genre, Import, Movie, Refill, Search, SearchTerm

admin.site.register(Genre, GenreAdmin)
admin.site.register(Import, ImportAdmin)
admin.site.register(Movie, MovieAdmin)
admin.site.register(Refill, RefillAdmin)
admin.site.register(Search, SearchAdmin)
admin.site.register(SearchTerm, SearchTermAdmin)
