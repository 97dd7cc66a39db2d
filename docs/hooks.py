"""Hooks of mkdocs: the site has the documents at the paths that they have in the repository.

README.md, the guides and CHANGELOG.md lie at the top, where people and code hosts look for them,
and mkdocs reads one folder only. So the files of that folder get their path in the repository,
and the others are added.
"""

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = (
    "*.md",
    "LICENSE",
    ".env.example",
    "benchmarks/README.md",
    "deploy/*/*.sql",
    "deploy/*/*.sh",
    "deploy/*/*.yaml",
    "deploy/*/*/*.yaml",
    "deploy/proxy/*",
)
"""The documents outside of docs/, and the files that documents link to."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill the sections that the navigation leaves empty: every decision, and the other documents
    at the top."""
    listed = str(config.nav)
    for section in config.nav or []:
        if "Decisions" in section:
            section["Decisions"] = _paths("docs/decisions/README.md", "docs/decisions/[0-9]*.md")
        if "Project" in section:
            section["Project"] = [path for path in _paths("*.md") if f"'{path}'" not in listed]
    return config


def _paths(*patterns: str) -> list[str]:
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    return [path.relative_to(ROOT).as_posix() for path in found]


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:
    """Put each document at its path in the repository."""
    for file in list(files):
        if file.src_dir == config.docs_dir:
            files.remove(file)
            if file.inclusion is not InclusionLevel.EXCLUDED:
                files.append(_at(f"docs/{file.src_uri}", config))
    for pattern in ELSEWHERE:
        for path in sorted(ROOT.glob(pattern)):
            files.append(_at(path.relative_to(ROOT).as_posix(), config))
    return files


def _at(path: str, config: MkDocsConfig) -> File:
    return File(
        path,
        str(ROOT),
        config.site_dir,
        config.use_directory_urls,
        inclusion=InclusionLevel.INCLUDED,
    )
