"""`pithead serve`."""

import argparse

from pithead.cli.serve import serve


def serve_desk(args: argparse.Namespace) -> None:
    serve(args.host, args.port, args.workers)
