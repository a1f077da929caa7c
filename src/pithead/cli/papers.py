"""`pithead document …` and `pithead template …`: files for people to print, send or fill in."""

import argparse

from django.utils import timezone

from pithead.assess.actions import score_template
from pithead.assess.models import Cycle
from pithead.cli.context import actor_of, cycle_of, mine_of, put
from pithead.documents.actions import issue_bulletin, issue_result_book
from pithead.org.actions import roster_template
from pithead.practices.actions.importing import records_template


def bulletin(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    by = actor_of(args, mine)
    cycle = cycle_of(mine, args.code, args.period, Cycle.objects.visible_to(by))
    document = issue_bulletin(by=by, at=timezone.now(), cycle=cycle, number=args.number)
    put(args.output, document.content)
    for warning in document.warnings:
        print(f"提醒：{warning}")


def results(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    by = actor_of(args, mine)
    cycle = cycle_of(mine, args.code, args.period, Cycle.objects.visible_to(by))
    put(args.output, issue_result_book(by=by, at=timezone.now(), cycle=cycle).content)


def empty_roster(args: argparse.Namespace) -> None:
    put(args.output, roster_template())


def empty_scores(args: argparse.Namespace) -> None:
    put(args.output, score_template())


def empty_records(args: argparse.Namespace) -> None:
    put(args.output, records_template())
