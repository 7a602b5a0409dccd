"""A layer of somebody else: the README's class in a package of its own is there wherever kinds are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

EVERYWHERE = """
import sys
import torch
from PySide6.QtWidgets import QApplication
from app.forms import ParamForm
from app.panels import PalettePanel
from app.state import EditorState
from engine.build import compile
from engine.graph import file
from engine.nodes import standard_catalog
from engine.source import python_source
from pathlib import Path

document, runs = file.load(Path(sys.argv[1])), Path(sys.argv[2])
kind = standard_catalog()["isru"]

application = QApplication([])
panel = PalettePanel(EditorState())
panel.show()
panel.field.setText("inverse square root")
application.processEvents()
tree = panel.tree
rows = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
rows += [row.child(place) for row in rows for place in range(row.childCount())]
assert "ISRU" in [row.text(0) for row in rows]
form = ParamForm(kind.params, {"alpha": 3.0})
assert form.field("alpha") is not None

from engine.analysis import analyse
report = analyse(document).nodes["bend"]
assert report.outputs["out"].sizes == ("N", 8)

source = python_source(document)
assert "torch.rsqrt" in source
names = {"__name__": "exported"}
exec(source, names)
x = torch.randn(5, 4)
compiled = compile(document, seed=1)
net = names["Net"]()
net.load_state_dict(compiled.network.state_dict())
torch.testing.assert_close(net(x), compiled.network(x))
hidden = compiled.network.get_submodule("fc")(x)
bent = hidden / torch.sqrt(1 + 3.0 * hidden**2)
torch.testing.assert_close(compiled.network.get_submodule("scores")(bent), net(x))

from engine.training import train_document
summary = train_document(document, folder=runs, overrides={"device": "cpu"}, thread_count=1)
assert summary.status == "finished"
assert summary.best["val"]["accuracy"] > 0.8
"""

DOCUMENT = """{"format": 2, "graphs": {"main": {"nodes": [
  {"id": "x", "kind": "input", "params": {"shape": [4]}},
  {"id": "fc", "kind": "dense", "params": {"out_features": 8}},
  {"id": "bend", "kind": "isru", "params": {"alpha": 3.0}},
  {"id": "scores", "kind": "dense", "params": {"out_features": 3}},
  {"id": "y", "kind": "target"}, {"id": "loss", "kind": "cross_entropy"}, {"id": "accuracy", "kind": "accuracy"}],
 "edges": [{"from": "x.out", "to": "fc.in"}, {"from": "fc.out", "to": "bend.in"},
  {"from": "bend.out", "to": "scores.in"}, {"from": "scores.out", "to": "loss.in"},
  {"from": "y.out", "to": "loss.target"}, {"from": "scores.out", "to": "accuracy.in"},
  {"from": "y.out", "to": "accuracy.target"}]}},
 "recipe": {"data": {"id": "iris"}, "epochs": 30, "batch_size": 16,
  "optimizer": {"id": "adam", "params": {"lr": 0.02}}}}"""


def test_the_readmes_layer_appears_in_palette_form_source_and_training(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code, toml = re.search(r"```python\n(from engine.*?)```\s+```toml\n(.*?)```", readme, re.DOTALL).groups()  # type: ignore[union-attr]
    site = tmp_path / "site"
    about = site / "isru-1.0.dist-info"
    about.mkdir(parents=True)
    (site / "my_layers.py").write_text(code, encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: isru\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        toml.replace('[project.entry-points."neuroloom.kinds"]', "[neuroloom.kinds]").replace('"', "")
    )
    (tmp_path / "net.loom").write_text(DOCUMENT)
    subprocess.run(
        [sys.executable, "-c", EVERYWHERE, str(tmp_path / "net.loom"), str(tmp_path / "runs")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{ROOT}", "QT_QPA_PLATFORM": "offscreen"},
        check=True,
        timeout=150,
    )
