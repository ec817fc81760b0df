# One image for the web server, the workers and beat: compose.yaml gives each its command.
FROM python:3.12-slim AS build
COPY requirements.lock .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production VAR_DIR=/var/lib/marquee
RUN useradd --system --uid 1000 --no-create-home marquee \
    && install --directory --owner marquee --mode 0700 /var/lib/marquee
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY config config
COPY dashboard dashboard
COPY movies movies
COPY notifications notifications
COPY static static
COPY templates templates
USER marquee
# Files of this version's names: into the image, not into a volume that outlives it. The settings
# want values that are of no use to anybody, and are not kept.
RUN SECRET_KEY=- ALLOWED_HOSTS=- OMDB_API_KEY=- ADMINS=nobody@localhost EMAIL_URL=smtp://localhost \
    python manage.py collectstatic --noinput --verbosity 0
CMD ["gunicorn", "config.wsgi", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000"]
