"""The web application: one office, every page family, and the four gates that each request passes.

    app = create_app(open_office(read_settings()))

Gates, in order: size and rate, CSRF for what changes something, the list of routes, and the headers of every answer.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TextIO, cast
from urllib.parse import quote

from flask import Flask, g, redirect, render_template, request
from flask.typing import RouteCallable
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect, generate_csrf
from jinja2 import BaseLoader, ChoiceLoader
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.errors import FormsError
from forms_service.proof.report import parts
from forms_service.web.access import require_audience
from forms_service.web.auth import EXTENSION, LONGEST, here
from forms_service.web.compiled import COMPILED
from forms_service.web.faults import HTTP, status_of
from forms_service.web.frame import frame_of_request, plain_frame
from forms_service.web.headers import add_headers
from forms_service.web.journal import Journal
from forms_service.web.just_judged import JustJudged
from forms_service.web.pages.frame import ErrorPage, Link
from forms_service.web.views import (
    accounting,
    archive,
    board,
    cases,
    certificates,
    chasing,
    collection,
    configuration,
    customer,
    customer_own,
    delegations,
    documents,
    entrusting,
    health,
    inbox,
    keys,
    month,
    opening,
    outside,
    papers,
    people,
    register,
    signin,
    status,
    steps,
    verdicts,
    verify,
)
from forms_service.workflow.office import Office

UPLOAD_LIMIT = 20 * 1024 * 1024
FORM_LIMIT = 1024 * 1024
_FAMILIES = (
    signin,
    inbox,
    opening,
    papers,
    outside,
    documents,
    cases,
    steps,
    keys,
    certificates,
    delegations,
    customer,
    customer_own,
    archive,
    chasing,
    register,
    month,
    collection,
    board,
    verify,
    verdicts,
    status,
    accounting,
    people,
    configuration,
    entrusting,
    health,
)
_LIMITS: Mapping[str, tuple[str, Callable[[], str]]] = MappingProxyType(
    {
        "signin.login": ("10 per minute", lambda: f"{get_remote_address()} {request.form.get('person', '')}"),
        "customer.ask_code": ("5 per 10 minutes", lambda: f"{get_remote_address()} {request.path}"),
        "customer.enter": ("20 per 10 minutes", get_remote_address),
        "customer_own.prepare": ("10 per 10 minutes", lambda: f"{get_remote_address()} {request.path}"),
        "customer_own.bring": ("20 per 10 minutes", get_remote_address),
        "verify.judge": ("20 per minute", get_remote_address),
        "verdicts.judge": ("60 per minute", get_remote_address),
        "certificates.away": ("10 per 10 minutes", get_remote_address),
        "certificates.register": ("20 per 10 minutes", get_remote_address),
        "certificates.take_in": ("10 per 10 minutes", get_remote_address),
        "keys.renew": ("10 per 10 minutes", get_remote_address),
        "configuration.sign": ("20 per minute", get_remote_address),
        "steps.sign": ("60 per minute", get_remote_address),
        "papers.take_in": ("60 per minute", get_remote_address),
        "entrusting.add": ("20 per minute", get_remote_address),
        "outside.bring": ("30 per minute", get_remote_address),
    }
)
_UPLOADS = frozenset(
    {
        "verify.judge",
        "verdicts.judge",
        "steps.sign",
        "steps.draft",
        "steps.prepare",
        "papers.take_in",
        "outside.bring",
        "customer_own.bring",
        "certificates.register",
        "certificates.take_in",
    }
)
_STATIC = Path(__file__).parent / "static"
Fault = tuple[str | dict[str, str], int]
"""A fault as Flask answers it: body and status."""


@dataclass(frozen=True, slots=True)
class WebOptions:
    """How the application stands in the world. `proxies` counts the trusted reverse proxies before it."""

    rate_limits: bool = True
    proxies: int = 0
    journal: TextIO | None = None


def create_app(office: Office, options: WebOptions | None = None) -> Flask:
    """Make the web application of an office."""
    options = options or WebOptions()
    app = Flask(__name__)
    app.config.update(_configuration(office))
    app.extensions[EXTENSION] = office
    app.extensions[verify.JUST_JUDGED] = JustJudged()
    app.jinja_options = {"bytecode_cache": COMPILED}
    app.jinja_loader = ChoiceLoader([cast(BaseLoader, app.jinja_loader), parts()])
    journal = Journal(options.journal)
    journal.attach(app)
    app.before_request(_limit_size)
    CSRFProtect(app).exempt(verdicts.blueprint)  # it changes nothing, and programs have no page to take a token from
    for family in _FAMILIES:
        app.register_blueprint(family.blueprint)
    _limit_rates(app, options)
    app.before_request(_admit)
    app.after_request(lambda response: add_headers(response, https=_is_https(office)))
    app.context_processor(_template_names)
    _answer_faults(app, journal)
    if options.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, options.proxies, options.proxies)  # type: ignore[method-assign]  # Flask's own documented way
    return app


def _configuration(office: Office) -> dict[str, object]:
    return {
        "SECRET_KEY": hmac.new(office.secret, b"web session", hashlib.sha256).hexdigest(),
        "SESSION_COOKIE_NAME": "forms_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": _is_https(office),
        "PERMANENT_SESSION_LIFETIME": LONGEST,
        "MAX_CONTENT_LENGTH": UPLOAD_LIMIT,
        "MAX_FORM_MEMORY_SIZE": FORM_LIMIT,
        "MAX_FORM_PARTS": 2000,
        "WTF_CSRF_TIME_LIMIT": int(LONGEST / dt.timedelta(seconds=1)),
        "SEND_FILE_MAX_AGE_DEFAULT": dt.timedelta(days=365),
    }


def _is_https(office: Office) -> bool:
    return office.base_url.startswith("https://")


def _limit_size() -> None:
    """Take large bodies only where a file may come; CSRF protection reads the body next."""
    request.max_content_length = UPLOAD_LIMIT if request.endpoint in _UPLOADS else FORM_LIMIT


def _limit_rates(app: Flask, options: WebOptions) -> None:
    app.config["RATELIMIT_ENABLED"] = options.rate_limits
    limiter = Limiter(get_remote_address, storage_uri="memory://", default_limits=["600 per minute"])
    limiter.init_app(app)
    app.extensions["forms_limiter"] = limiter  # what it decorates refers to it weakly
    for endpoint, (limit, key) in _LIMITS.items():
        limited = limiter.limit(limit, key_func=key, methods=["POST"])(app.view_functions[endpoint])
        app.view_functions[endpoint] = cast(RouteCallable, limited)  # its type also allows what Flask has no use for


def _admit() -> AnyResponse | None:
    """Let a request through to its route only if its list of readers has the one who asks."""
    if request.endpoint is None or require_audience(request.endpoint, here()):
        return None
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(f"/login?next={quote(wanted, safe='/')}" if wanted != "/" else "/login", 303)


def _template_names() -> dict[str, object]:
    return {
        "frame": plain_frame() if g.get("stopped") else frame_of_request(),
        "asset": _asset,
        "csrf_field": _csrf_field,
    }


def _csrf_field() -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


@cache
def _asset(name: str) -> str:
    """Name a static file with its digest, so that a browser keeps it until it changes."""
    digest = hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _answer_faults(app: Flask, journal: Journal) -> None:
    def stop(error: FormsError) -> Fault:
        code, title = status_of(error)
        return _tell_fault(code, title, str(error))

    def http(error: HTTPException) -> AnyResponse | Fault:
        if error.response is not None or error.code is None:
            return error.get_response()
        return _tell_fault(error.code, *HTTP.get(error.code, HTTP[400]))

    def unforeseen(error: Exception) -> Fault:
        reference = secrets.token_hex(4)
        journal.fault(error, reference)
        title, message = HTTP[500]
        return _tell_fault(500, title, f"{message} 号码 {reference}")

    app.register_error_handler(FormsError, stop)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unforeseen)


def _tell_fault(code: int, title: str, message: str) -> Fault:
    """Answer with a page, or with JSON where a program asked."""
    if request.blueprint == verdicts.blueprint.name:
        return {"error": message}, code
    g.stopped = True
    return render_template("error.html", page=ErrorPage(code, title, message, _ways_on())), code


def _ways_on() -> tuple[Link, ...]:
    if request.blueprint in ("customer", "customer_own"):
        return ()
    return (Link("/", "回到待办"),) if here() else (Link("/login", "登录"), Link("/verify", "验证一份文件"))
