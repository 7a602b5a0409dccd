"""The training panel: recipe edits, and the run that they lead to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.forms.chosen import ChosenField
from app.forms.chosen_list import ChosenListField
from app.panels import TrainingPanel
from app.state import EditorState, Session
from engine.graph import SetParams, SetRecipe, file
from engine.messages import protocol
from engine.messages.frames import Progress, Scalars
from tests.support.editing import SilentEngine, current, digits_net, editor_of

Front = Callable[[QWidget], None]


def training(in_front: Front) -> tuple[TrainingPanel, EditorState, Session, SilentEngine]:
    """A training panel of the digits net."""
    editor = editor_of(digits_net())
    panel = TrainingPanel(editor)
    in_front(panel)
    assert isinstance(editor.engine, SilentEngine)
    return panel, editor, current(editor), editor.engine


def run_under_way(engine: SilentEngine, **fields: Any) -> protocol.RunInfo:
    """Answer the start and tell that the run is under way."""
    engine.answer(protocol.StartRun, protocol.Started, run="run")
    return told(engine, **fields)


def told(engine: SilentEngine, **fields: Any) -> protocol.RunInfo:
    """The engine tells of the run."""
    given = {"name": "Digits", "status": "running", "created": 0.0, "epoch": 3, "epochs": 20, "device": "cpu"}
    info = protocol.RunInfo(run="run", **{**given, **fields})
    engine.event_arrived.emit(protocol.RunChanged(info))
    return info


def type_into(qtbot: QtBot, widget: QWidget | None, text: str) -> None:
    """Replace a line's text, Enter."""
    assert isinstance(widget, QLineEdit)
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)
    widget.selectAll()
    qtbot.keyClicks(widget, text)
    qtbot.keyClick(widget, Qt.Key.Key_Return)


def test_recipe_fields_are_edits_that_undo(qtbot: QtBot, in_front: Front) -> None:
    panel, _, session, _ = training(in_front)
    type_into(qtbot, panel.recipe.field("epochs").focusProxy(), "3")
    optimizer = panel.recipe.field("optimizer")
    assert isinstance(optimizer, ChosenField)
    type_into(qtbot, optimizer.form.field("lr").focusProxy(), "0.02")
    assert session.document.recipe["epochs"] == 3
    assert session.document.recipe["optimizer"] == {"id": "adam", "params": {"lr": 0.02}}
    assert session.analysis.recipe is not None
    assert session.analysis.recipe.optimizer.params == {"lr": 0.02}
    session.undo()
    session.undo()
    assert session.document.recipe.keys() == {"data"}


def test_another_optimizer_keeps_what_both_have(qtbot: QtBot, in_front: Front) -> None:
    panel, _, session, _ = training(in_front)
    form = panel.recipe.field("optimizer")
    assert isinstance(form, ChosenField)
    type_into(qtbot, form.form.field("lr").focusProxy(), "0.5")
    type_into(qtbot, form.form.field("beta1").focusProxy(), "0.5")
    form.combo.activated.emit(form.combo.findData("sgd"))
    assert session.document.recipe["optimizer"] == {"id": "sgd", "params": {"lr": 0.5}}
    assert "momentum" in form.form.names
    assert "beta1" not in form.form.names


def test_the_data_source_says_what_it_gives(in_front: Front) -> None:
    panel, _, session, _ = training(in_front)
    assert panel.recipe.fields.text() == "x  1×28×28 · y  10 classes"
    data = panel.recipe.field("data")
    assert isinstance(data, ChosenField)
    data.combo.activated.emit(data.combo.findData("iris"))
    assert session.document.recipe["data"]["id"] == "iris"
    assert panel.recipe.fields.text() == "x  4 · y  3 classes"
    data.combo.activated.emit(data.combo.findData("csv"))
    assert panel.recipe.fields.text().endswith(".")
    assert "file" in panel.recipe.fields.text().lower()


def test_train_pause_step_stop(qtbot: QtBot, in_front: Front) -> None:
    panel, _, _, engine = training(in_front)
    controls = panel.controls
    assert (controls.train.isVisible(), controls.stop.isVisible()) == (True, False)
    qtbot.mouseClick(controls.train, Qt.MouseButton.LeftButton)
    assert len(engine.of(protocol.StartRun)) == 1
    assert (controls.train.isVisible(), controls.pause.isEnabled()) == (False, False)
    run_under_way(engine)
    assert controls.status.text() == "Training · epoch 3/20"
    for button in (controls.pause, controls.step, controls.stop):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    told(engine, status="paused")
    assert controls.pause.text() == "Resume"
    qtbot.mouseClick(controls.pause, Qt.MouseButton.LeftButton)
    told(engine, status="finished", epoch=20, last={"val/loss": 0.1, "val/accuracy": 0.97, "train/loss": 0.2})
    said = [(request.run, request.action) for request in engine.of(protocol.ControlRun)]
    assert said == [("run", "pause"), ("run", "step"), ("run", "stop"), ("run", "resume")]
    assert controls.train.isVisible()
    assert controls.numbers.text() == "val/loss 0.1 · val/accuracy 0.97"
    assert controls.bar.value() == controls.bar.maximum()


def test_progress_speed_and_time_left(qtbot: QtBot, in_front: Front) -> None:
    panel, _, _, engine = training(in_front)
    qtbot.mouseClick(panel.controls.train, Qt.MouseButton.LeftButton)
    run_under_way(engine)
    progress = Progress(
        step=1204,
        status="running",
        epoch=6,
        epochs=20,
        batch=30,
        batches=60,
        steps=4000,
        rate=12430.4,
        eta=72.2,
        device="cpu",
    )
    engine.event_arrived.emit(protocol.FrameEvents("run", [progress]))
    qtbot.waitUntil(lambda: panel.controls.numbers.text() == "step 1,204/4,000 · 12,430 samples/s · 1:12 left")
    assert panel.controls.status.text() == "Training · epoch 6/20"
    assert panel.controls.bar.value() / panel.controls.bar.maximum() == 5.5 / 20


def test_the_learning_rate_turns_while_it_runs(qtbot: QtBot, in_front: Front) -> None:
    panel, _, session, engine = training(in_front)
    assert not panel.controls.knob.isVisible()
    qtbot.mouseClick(panel.controls.train, Qt.MouseButton.LeftButton)
    run_under_way(engine)
    knob = panel.controls.knob.field("lr").focusProxy()
    assert isinstance(knob, QLineEdit)
    assert knob.text() == "0.001"
    type_into(qtbot, knob, "0.0005")
    (request,) = engine.of(protocol.ControlRun)
    assert (request.action, request.values) == ("set", {"values": {"lr": 0.0005}})
    told(engine, epoch=4)
    assert knob.text() == "0.0005"
    assert "optimizer" not in session.document.recipe


def test_the_knob_shows_the_rate_in_force(qtbot: QtBot, in_front: Front) -> None:
    panel, _, _, engine = training(in_front)
    qtbot.mouseClick(panel.controls.train, Qt.MouseButton.LeftButton)
    run_under_way(engine)
    knob = panel.controls.knob.field("lr").focusProxy()
    assert isinstance(knob, QLineEdit)

    def rate_told(step: int, rate: float) -> None:
        frame = Scalars(step=step, epoch=1.0, values={"lr": rate})
        engine.event_arrived.emit(protocol.FrameEvents("run", [frame]))
        told(engine)

    rate_told(1, 0.004)
    assert knob.text() == "0.004"
    type_into(qtbot, knob, "0.0005")
    told(engine)
    assert knob.text() == "0.0005"
    rate_told(9, 0.00025)
    assert knob.text() == "0.00025"


def test_a_broken_document_does_not_train(in_front: Front) -> None:
    panel, _, session, _ = training(in_front)
    session.apply(SetParams("conv", {"out_channels": 0}), "Break")
    assert not panel.controls.train.isEnabled()
    assert "Mend the errors first" in panel.controls.train.toolTip()
    session.undo()
    assert panel.controls.train.isEnabled()


def test_a_stopped_run_goes_on_from_its_controls(qtbot: QtBot, in_front: Front, tmp_path: Path) -> None:
    panel, editor, session, engine = training(in_front)
    file.save(session.document, tmp_path / "design.loom")
    info = protocol.RunInfo(str(tmp_path), "Digits", "stopped", 0.0, epoch=3, epochs=20)
    engine.event_arrived.emit(protocol.RunChanged(info))
    editor.runs.show_for(session, info.run)
    assert panel.controls.pause.text() == "Resume"
    qtbot.mouseClick(panel.controls.pause, Qt.MouseButton.LeftButton)
    (request,) = engine.of(protocol.StartRun)
    assert request.resume == str(tmp_path)
    assert editor.runs.starting(session)


def test_a_failed_run_says_why(qtbot: QtBot, in_front: Front) -> None:
    panel, _, _, engine = training(in_front)
    qtbot.mouseClick(panel.controls.train, Qt.MouseButton.LeftButton)
    run_under_way(engine)
    told(engine, status="failed", message="The loss is <b>NaN</b>.")
    assert panel.controls.message.text() == "The loss is <b>NaN</b>."
    assert panel.controls.message.textFormat() == Qt.TextFormat.PlainText


def test_the_device_and_its_reason(in_front: Front) -> None:
    panel, _, _, engine = training(in_front)
    engine.ready = protocol.EngineReady("2.13", ["cuda:0 NVIDIA H200"], "CUDA is there.")
    engine.state_changed.emit("ready")
    assert panel.controls.device.text() == "Device: cuda:0 NVIDIA H200. CUDA is there."


def test_the_steps_that_batches_give_are_shown(in_front: Front) -> None:
    panel, _, session, engine = training(in_front)
    assert engine.of(protocol.DescribeData) == []  # nobody is there to count
    engine.state = "ready"
    engine.state_changed.emit("ready")
    engine.answer(protocol.DescribeData, protocol.DataDescription, fields={}, count=1797)
    words = "1,438 samples to train on · 359 held out · 23 steps an epoch · 230 in all"
    assert panel.recipe.counts.text.text() == words
    session.apply(SetRecipe({"batching": "batch", "epochs": 3}), "Set")
    assert panel.recipe.counts.text.text().endswith("1 step an epoch · 3 in all")
    session.apply(SetRecipe({"batching": "stochastic", "validation_split": 0.0}), "Set")
    assert panel.recipe.counts.text.text() == "1,797 samples to train on · 1,797 steps an epoch · 5,391 in all"
    assert len(engine.of(protocol.DescribeData)) == 1


def test_the_course_of_the_rate_is_drawn_before_training(in_front: Front) -> None:
    panel, _, session, _ = training(in_front)
    assert {rate for _, rate in panel.recipe.rates.courses[""]} == {0.001}
    session.apply(SetRecipe({"schedule": {"id": "exponential", "params": {"gamma": 0.5}}, "epochs": 3}), "Set")
    found = [rate for _, rate in panel.recipe.rates.courses[""]]
    assert sorted(set(found), reverse=True) == [0.001, 0.0005, 0.00025]
    two = [{"id": "objective", "params": {"name": name}} for name in ("D", "G")]
    session.apply(SetRecipe({"objectives": two}), "Set")
    assert list(panel.recipe.rates.courses) == ["D", "G"]
    assert not panel.recipe.rates.grab().isNull()
    session.apply(SetRecipe({"objectives": [two[0], two[0]]}), "Set")
    assert panel.recipe.rates.isHidden()


def test_transforms_are_previewed_on_real_samples(in_front: Front) -> None:
    panel, _, session, engine = training(in_front)
    preview = panel.recipe.preview
    assert preview.isHidden()
    session.apply(SetRecipe({"transforms": [{"id": "rotate"}]}), "Set")
    assert not preview.isHidden()
    preview.button.click()
    asked = engine.of(protocol.PreviewTransforms)[-1]
    assert '"rotate"' in asked.design
    grey = protocol.Picture(2, 2, 1, bytes([0, 85, 170, 255]))
    engine.answer(protocol.PreviewTransforms, protocol.TransformedSamples, before=[grey], after=[grey])
    ((image,), _) = preview.pictures.rows
    assert [image.pixelColor(x, y).red() for y in (0, 1) for x in (0, 1)] == [0, 85, 170, 255]
    preview.button.click()
    assert engine.of(protocol.PreviewTransforms)[-1].draw == asked.draw + 1
    engine.answer(protocol.PreviewTransforms, protocol.Failed, message="No picture.")
    assert preview.message.text() == "No picture."
    preview.button.click()
    session.apply(SetRecipe({"transforms": [{"id": "crop"}]}), "Set")
    engine.answer(protocol.PreviewTransforms, protocol.TransformedSamples, before=[grey], after=[grey])
    assert preview.pictures.rows == ([], [])  # they are of what was before


def test_each_objective_has_a_knob(in_front: Front) -> None:
    panel, editor, session, engine = training(in_front)
    two = [{"id": "objective", "params": {"name": name}} for name in ("D", "G")]
    session.apply(SetRecipe({"objectives": two}), "Set")
    editor.runs.start(session)
    run_under_way(engine)
    panel.controls.refresh()
    assert panel.controls.knob.names == ("lr/D", "lr/G")
    assert panel.controls.knob.row("lr/G").label.text() == "Rate of G"
    panel.controls.knob.value_changed.emit("lr/G", 0.5, "")
    sent = engine.of(protocol.ControlRun)[-1]
    assert (sent.action, sent.values) == ("set", {"values": {"lr/G": 0.5}})


def test_sections_open_where_something_is_set(in_front: Front) -> None:
    panel, _, session, _ = training(in_front)
    sections = panel.recipe.sections
    assert [title for title, section in sections.items() if section.body.isHidden()] == [
        "Regularization",
        "Augmentation",
        "Checkpoints",
        "Seed and machine",
    ]
    session.apply(SetRecipe({"clip_norm": 1.0}), "Set")
    assert not sections["Regularization"].body.isHidden()


def test_objectives_say_that_the_optimizer_above_them_rests_and_what_is_wrong_at_their_fields(
    in_front: Front,
) -> None:
    panel, _, session, _ = training(in_front)
    notes = panel.recipe.idle.values()
    assert not any(note.isVisibleTo(panel) for note in notes)
    one: dict[str, Any] = {"id": "objective", "params": {"losses": ["loss"], "weights": [1, 2]}}
    session.apply(SetRecipe({"objectives": [one]}), "Set objectives")
    assert all(note.isVisibleTo(panel) for note in notes)
    field = panel.recipe.field("objectives")
    assert isinstance(field, ChosenListField)
    (row,) = field.rows
    line = row.form.field("weights").focusProxy()
    assert isinstance(line, QLineEdit)
    assert line.text() == "1, 2"
    assert "one number for each of the 1 losses" in row.form.error("weights")
    one["params"]["weights"] = [1]
    session.apply(SetRecipe({"objectives": [one]}), "Set objectives")
    assert row.form.error("weights") == ""


def test_tab_reaches_objectives_where_they_stand(qtbot: QtBot, in_front: Front) -> None:
    panel, _, session, _ = training(in_front)
    two = [{"id": "objective", "params": {"name": name}} for name in ("judge", "painter")]
    session.apply(SetRecipe({"objectives": two, "optimizer": {"id": "sgd"}}), "Set objectives")
    optimizer = panel.recipe.field("optimizer")
    assert isinstance(optimizer, ChosenField)
    qtbot.waitUntil(lambda: optimizer.form.field("weight_decay").isVisible())
    optimizer.setFocus(Qt.FocusReason.TabFocusReason)
    found = []
    for _ in range(10):
        widget = QApplication.focusWidget()
        assert widget is not None
        found.append(widget.accessibleName())
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    assert found[:6] == ["Optimizer", "Lr", "Momentum", "Nesterov", "Weight decay", "Objectives"]
    assert found[6:] == ["Bring Objective back", "Remove Objective", "Name", "Losses"]
