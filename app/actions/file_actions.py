"""Actions on files."""

from __future__ import annotations

from pathlib import Path

from app.actions.action import Action, Child
from app.actions.host import Host
from app.actions.rules import has_document, has_nodes, session_of
from app.settings import examples


def _recent(host: Host) -> list[Child]:
    return [_file(Path(name)) for name in host.settings.window.files]


def _file(path: Path) -> Child:
    return Child(path.stem, lambda host: host.open_path(path), str(path))


def _examples(_host: Host) -> list[Child]:
    return [_example(path) for path in examples()]


def _example(path: Path) -> Child:
    title = path.stem.replace("_", " ").capitalize()
    return Child(title, lambda host: host.open_example(path), f"Open a copy of {path.name}.")


def _new(host: Host) -> None:
    host.editor.new()


def _can_save(host: Host) -> bool:
    session = host.editor.current
    return session is not None and (session.history.modified or session.path is None)


def _quit(host: Host) -> None:
    host.close()


NEW = Action(
    id="file.new",
    title="New",
    help="Start an empty document.",
    menu="File",
    icon="file-plus-outline",
    keys=("Ctrl+N",),
    run=_new,
)
OPEN = Action(
    id="file.open",
    title="Open…",
    help="Open documents from files.",
    menu="File",
    icon="folder-open-outline",
    keys=("Ctrl+O",),
    run=lambda host: host.open_files(),
)
RECENT = Action(
    id="file.recent",
    title="Open recent",
    help="Open a document opened before.",
    menu="File",
    icon="history",
    enabled=lambda host: bool(host.settings.window.files),
    children=_recent,
)
EXAMPLES = Action(
    id="file.examples",
    title="Examples",
    help="Open a copy of an example.",
    menu="File",
    icon="school-outline",
    enabled=lambda host: bool(_examples(host)),
    children=_examples,
)
SAVE = Action(
    id="file.save",
    title="Save",
    help="Save the document to its file.",
    menu="File",
    group=1,
    icon="content-save-outline",
    keys=("Ctrl+S",),
    enabled=_can_save,
    run=lambda host: host.save(session_of(host)),
)
SAVE_AS = Action(
    id="file.save_as",
    title="Save as…",
    help="Save the document to another file.",
    menu="File",
    group=1,
    icon="content-save-edit-outline",
    keys=("Ctrl+Shift+S",),
    enabled=has_document,
    run=lambda host: host.save_as(session_of(host)),
)
EXPORT_PYTHON = Action(
    id="file.export_python",
    title="Export Python…",
    help="Write the network as a Python file for PyTorch.",
    menu="File",
    group=2,
    icon="language-python",
    keys=("Ctrl+E",),
    enabled=has_nodes,
    run=lambda host: host.export_python(session_of(host)),
)
CLOSE = Action(
    id="file.close",
    title="Close",
    help="Close the document in front.",
    menu="File",
    group=3,
    icon="close",
    keys=("Ctrl+W",),
    enabled=has_document,
    run=lambda host: host.close_document(session_of(host)),
)
QUIT = Action(
    id="file.quit",
    title="Quit",
    help="Close Neuroloom; trainings go on if you wish.",
    menu="File",
    group=3,
    icon="exit-to-app",
    keys=("Ctrl+Q",),
    run=_quit,
)
