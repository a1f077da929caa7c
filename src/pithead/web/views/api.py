"""The door for other systems: figures in, measures out, as JSON, with a key in the Authorization header.

No session and no cookie counts here, so there is nothing a foreign page could make a browser send; every fault is a Chinese
sentence in the answer.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.measures.actions import FigureDraft, FiguresRefused, Origin, give_figures
from pithead.measures.models import ApiKey
from pithead.measures.queries import actor_of, figures, key_of, measure_lines
from pithead.measures.registry import measures
from pithead.org.models import Unit
from pithead.web.exempt import open_to_all
from pithead.web.middleware import source_of

MANY_FIGURES = 5_000
MANY_BYTES = 2 * 1024 * 1024
PER_MINUTE = 60  # of one key, in each process

Answer = Callable[..., JsonResponse]


class Fault(Exception):
    """What is answered instead, with its status."""

    def __init__(self, status: int, *errors: dict[str, Any]):
        super().__init__(status)
        self.status, self.errors = status, errors


def fault(status: int, message: str) -> Fault:
    return Fault(status, {"message": message})


def answers(view: Answer) -> Answer:
    """Asks for the key, then lets the view answer for whom it is."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        try:
            return view(request, _key(request), *args, **kwargs)
        except Fault as told:
            return _json({"errors": told.errors}, told.status)
        except FiguresRefused as refused:
            rows = zip(refused.numbers, refused.reasons, strict=True)
            return _json({"errors": [{"row": number, "message": str(reason)} for number, reason in rows]}, 422)
        except Refused as refused:
            return _json({"errors": [{"message": str(reason)} for reason in refused.reasons]}, 422)

    return guarded


def _json(answer: object, status: int = 200) -> JsonResponse:
    headers = {"Cache-Control": "no-store"} | ({"WWW-Authenticate": "Bearer"} if status == 401 else {})
    return JsonResponse(answer, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})


def _key(request: HttpRequest) -> ApiKey:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    key = key_of(secret.strip()) if scheme.lower() == "bearer" else None
    if key is None:
        raise fault(401, "没有密钥，或密钥已吊销：请在请求头里写 Authorization: Bearer 密钥，密钥向系统管理员要")
    minute = timezone.now().strftime("%Y%m%d%H%M")
    counter = f"api/{key.pk}/{minute}"
    cache.add(counter, 0, 120)
    if cache.incr(counter) > PER_MINUTE:
        raise fault(429, f"一分钟内请求超过 {PER_MINUTE} 次，请过一分钟再来；多个数请合在一次里送")
    return key


@open_to_all
@csrf_exempt
@require_POST
@answers
def api_figures(request: HttpRequest, key: ApiKey) -> JsonResponse:
    """`{"figures": [{"quantity", "unit", "on", "value"}, …], "reason"}`: all of them or none."""
    said = _body(request)
    rows = said.get("figures")
    if not isinstance(rows, list) or not rows or len(rows) > MANY_FIGURES:
        raise fault(400, f"figures 要是一个列表，一次 1 到 {MANY_FIGURES} 个数")
    reason = said.get("reason", "")
    if not isinstance(reason, str):
        raise fault(400, "reason 要是文字")
    by, at = actor_of(key, source_of(request)), timezone.now()
    drafts = _drafts(key.mine, rows)
    taken = give_figures(by=by, at=at, mine=key.mine, drafts=drafts, source=Origin("api"), reason=reason)
    ApiKey.objects.filter(pk=key.pk).update(wrote_at=at)
    return _json({"added": taken.added, "corrected": taken.corrected, "unchanged": taken.unchanged})


def _body(request: HttpRequest) -> dict[str, Any]:
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > MANY_BYTES:
        raise fault(413, f"一次最多 {MANY_BYTES // 1024 // 1024} MB，请分几次送")
    try:
        said = json.loads(request.body, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise fault(400, "内容不是 JSON，请核对") from None
    if not isinstance(said, dict):
        raise fault(400, '内容要是 {"figures": […]} 的样子')
    return said


def _no_number(text: str) -> None:
    raise ValueError(text)


def _drafts(mine: Unit, rows: list[Any]) -> list[FigureDraft]:
    codes = {row["unit"] for row in rows if isinstance(row, dict) and isinstance(row.get("unit"), str)}
    units = {unit.code: unit for unit in Unit.objects.of_mine(mine).filter(code__in=codes)}
    drafts, wrong = [], []
    for number, row in enumerate(rows, 1):
        try:
            drafts.append(_draft(row, units))
        except Refused as refused:
            wrong.append({"row": number, "message": str(refused.reasons[0])})
    if wrong:
        raise Fault(422, *wrong)
    return drafts


def _draft(row: Any, units: dict[str, Unit]) -> FigureDraft:
    if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in ("quantity", "unit", "on")):
        raise Refused("要有 quantity（数据代码）、unit（单位代码）、on（如 2026-06、2026-06-03、2026-06-03.1）三项文字")
    if set(row) - {"quantity", "unit", "on", "value"}:
        raise Refused(f"不认识“{'、'.join(sorted(set(row) - {'quantity', 'unit', 'on', 'value'}))}”这几项")
    if (unit := units.get(row["unit"])) is None:
        raise Refused(f"没有代码为“{row['unit'][:32]}”的单位")
    value = row.get("value")
    if value is not None and (not isinstance(value, Decimal)):
        raise Refused("value 要是数字；撤回一个数写 null")
    return FigureDraft(row["quantity"], unit, Period.parse(row["on"]), value)


@open_to_all
@require_safe
@answers
def api_measure(request: HttpRequest, key: ApiKey, code: str) -> JsonResponse:
    """`?period=2026-06&unit=ZC1`; without a unit: all that have a figure."""
    if code not in measures:
        raise fault(404, f"没有“{code}”这个指标")
    period = Period.parse(request.GET.get("period", ""))
    if period.kind is Kind.SHIFT:
        raise fault(422, "指标按天、周、旬、月、季、半年、年看")
    found = figures(key.mine, code, period, timezone.localdate())
    wanted = request.GET.get("unit", "")
    units = Unit.objects.of_mine(key.mine).filter(code=wanted) if wanted else None
    if units is not None and not units.exists():
        raise fault(404, f"没有代码为“{wanted[:32]}”的单位")
    measure = measures[code]
    about = {"measure": code, "label": measure.label, "unit_of_measure": measure.unit, "period": str(period)}
    return _json({**about, "figures": measure_lines(key.mine, measure, found, units)})
