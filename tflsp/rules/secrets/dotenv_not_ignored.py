"""TFL309: `.env` is in use, and git would take it in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.dotenv import DotenvEntry, DotenvLoad, IgnoreFile
from tflsp.rules.base import Context, Fix, LineInFile, Match, Safety, Severity, match, rule
from tflsp.rules.builders import insert


@rule("TFL309", "dotenv-not-ignored", severity=Severity.WARNING, given=("IgnoreFile", "DotenvEntry", "DotenvLoad"))
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge .gitignore, the `.env` file itself, and code that loads it. Where nothing is known, nothing is said."""
    project = context.project
    if project.dotenv_ignored is not False:
        return
    if context.kind == "gitignore":
        if project.has_dotenv or project.uses_dotenv:
            for ignored in facts.all(IgnoreFile):
                if not ignored.fact.covers_dotenv:
                    text = ignored.fact.region.text
                    line = ".env\n" if text.endswith("\n") else "\n.env\n"
                    yield match(ignored, fixes=[insert(len(text), line)])
        return
    fix = Fix((), Safety.SAFE, lines=(LineInFile(".gitignore", ".env"),))
    if context.kind == "dotenv":
        if context.name.rsplit("/", 1)[-1] == ".env":
            for entry in islice(facts.all(DotenvEntry), 1):
                yield match(entry, fixes=[fix])
        return
    for load in islice(facts.all(DotenvLoad), 1):
        yield match(load, message="message.load", fixes=[fix])
