"""`pithead keys rotate`: a new master key over the keys of confidential matters and restricted records."""

import argparse

from django.utils import timezone

from pithead.issues.actions import rotate_keys


def rotate(args: argparse.Namespace) -> None:  # noqa: ARG001
    count = rotate_keys(at=timezone.now())
    print(f"已换主密钥，{count} 份保密内容的密钥重新加封；旧主密钥已删去")
