

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ActorSalt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('salt', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='Genre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
            ],
            options={
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='OmdbDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('calls', models.PositiveIntegerField(default=0)),
                ('refused_at', models.DateTimeField(blank=True, null=True)),
                ('last_probe', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Movie',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('imdb_id', models.CharField(max_length=20, unique=True, verbose_name='IMDb id')),
                ('title', models.TextField()),
                ('kind', models.CharField(blank=True, choices=[('movie', 'Film'), ('series', 'Series'), ('episode', 'Episode'), ('game', 'Game')], max_length=10)),
                ('year', models.PositiveIntegerField(blank=True, null=True)),
                ('end_year', models.PositiveIntegerField(blank=True, help_text='Of a series.', null=True)),
                ('runtime_minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('plot', models.TextField(blank=True)),
                ('poster_url', models.TextField(blank=True)),
                ('is_full_record', models.BooleanField(default=False, verbose_name='complete')),
                ('filled_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='added')),
                ('genres', models.ManyToManyField(blank=True, related_name='movies', to='movies.genre')),
            ],
            options={
                'verbose_name': 'film',
                'ordering': ('title', 'year'),
                'permissions': [('refill_movie', 'Can re-fill films from OMDb')],
            },
        ),
        migrations.CreateModel(
            name='Hit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveIntegerField()),
                ('seen_by', models.UUIDField()),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hits', to='movies.movie')),
            ],
            options={
                'ordering': ('rank', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Refill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('request_id', models.UUIDField(blank=True, editable=False, null=True, unique=True)),
                ('include_complete', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='requested')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 're-fill',
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='RefillItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('changed', 'Changed'), ('unchanged', 'Unchanged'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('changes', models.JSONField(blank=True, default=list)),
                ('message', models.TextField(blank=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lease', models.UUIDField(blank=True, editable=False, null=True)),
                ('lease_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refill_items', to='movies.movie')),
                ('refill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='movies.refill')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='SearchTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.CharField(max_length=255, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='first searched')),
                ('last_search', models.DateTimeField(blank=True, null=True, verbose_name='last answered')),
                ('last_outcome', models.CharField(blank=True, choices=[('cached', 'From cache'), ('fetched', 'New films'), ('nothing_new', 'Nothing new'), ('not_found', 'Nothing found'), ('too_many', 'Too broad'), ('over_budget', 'Out of budget'), ('refused', 'Key refused'), ('failed', 'Failed')], max_length=12)),
                ('answered_by_demo', models.BooleanField(default=False)),
                ('total_results', models.PositiveIntegerField(blank=True, null=True)),
                ('origin', models.CharField(choices=[('visitor', 'Visitor'), ('staff', 'Staff'), ('command', 'Command'), ('import', 'Import')], default='visitor', max_length=10)),
                ('hidden', models.BooleanField(default=False)),
                ('canonical', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='variants', to='movies.searchterm')),
                ('movies', models.ManyToManyField(related_name='terms', through='movies.Hit', to='movies.movie')),
            ],
            options={
                'verbose_name': 'term',
                'ordering': ('term',),
                'permissions': [('repeat_searchterm', 'Can search a term again')],
            },
        ),
        migrations.CreateModel(
            name='Search',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('origin', models.CharField(choices=[('visitor', 'Visitor'), ('staff', 'Staff'), ('command', 'Command'), ('import', 'Import')], max_length=10)),
                ('actor', models.CharField(blank=True, editable=False, max_length=32)),
                ('is_bot', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='searched')),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('cached', 'From cache'), ('fetched', 'New films'), ('nothing_new', 'Nothing new'), ('not_found', 'Nothing found'), ('too_many', 'Too broad'), ('over_budget', 'Out of budget'), ('refused', 'Key refused'), ('failed', 'Failed')], max_length=12)),
                ('message', models.TextField(blank=True, help_text='Why it ended so, for staff.')),
                ('pages_done', models.PositiveIntegerField(default=0)),
                ('pages_total', models.PositiveIntegerField(default=0)),
                ('total_results', models.PositiveIntegerField(blank=True, null=True)),
                ('films_found', models.PositiveIntegerField(default=0)),
                ('films_new', models.PositiveIntegerField(default=0)),
                ('calls', models.PositiveIntegerField(default=0, verbose_name='OMDb calls')),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('lease', models.UUIDField(blank=True, editable=False, null=True)),
                ('lease_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('counted', models.BooleanField(default=False, editable=False)),
                ('joined', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='followers', to='movies.search')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='searches', to='movies.searchterm')),
            ],
            options={
                'verbose_name': 'search',
                'verbose_name_plural': 'searches',
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.AddField(
            model_name='hit',
            name='term',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hits', to='movies.searchterm'),
        ),
        migrations.AddIndex(
            model_name='movie',
            index=models.Index(fields=['title', 'year'], name='movie_title_year'),
        ),
        migrations.AddIndex(
            model_name='movie',
            index=models.Index(fields=['-created_at', '-id'], name='movie_newest'),
        ),
        migrations.AddIndex(
            model_name='movie',
            index=models.Index(condition=models.Q(('is_full_record', False)), fields=['id'], name='movie_incomplete'),
        ),
        migrations.AddIndex(
            model_name='refill',
            index=models.Index(fields=['-created_at', '-id'], name='refill_newest'),
        ),
        migrations.AddIndex(
            model_name='refill',
            index=models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['id'], name='refill_unfinished'),
        ),
        migrations.AddIndex(
            model_name='refillitem',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['due_at', 'id'], name='refill_item_open'),
        ),
        migrations.AddConstraint(
            model_name='refillitem',
            constraint=models.UniqueConstraint(fields=('refill', 'movie'), name='a_film_once_per_refill'),
        ),
        migrations.AddIndex(
            model_name='searchterm',
            index=models.Index(fields=['-created_at', '-id'], name='term_newest'),
        ),
        migrations.AddIndex(
            model_name='search',
            index=models.Index(fields=['-created_at', '-id'], name='search_newest'),
        ),
        migrations.AddIndex(
            model_name='search',
            index=models.Index(fields=['term', '-created_at'], name='search_term_newest'),
        ),
        migrations.AddIndex(
            model_name='search',
            index=models.Index(fields=['actor', '-created_at'], name='search_actor_newest'),
        ),
        migrations.AddIndex(
            model_name='search',
            index=models.Index(condition=models.Q(('outcome', '')), fields=['id'], name='search_unfinished'),
        ),
        migrations.AddIndex(
            model_name='search',
            index=models.Index(condition=models.Q(('counted', False), models.Q(('outcome', ''), _negated=True)), fields=['id'], name='search_uncounted'),
        ),
        migrations.AddConstraint(
            model_name='search',
            constraint=models.UniqueConstraint(condition=models.Q(('joined__isnull', True), ('outcome', '')), fields=('term',), name='one_fetch_per_term'),
        ),
        migrations.AddIndex(
            model_name='hit',
            index=models.Index(fields=['term', 'rank'], name='hit_term_rank'),
        ),
        migrations.AddConstraint(
            model_name='hit',
            constraint=models.UniqueConstraint(fields=('term', 'movie'), name='one_hit_per_film'),
        ),
    ]
