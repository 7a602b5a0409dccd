"""Which curves stand where, in which colour."""

from __future__ import annotations

from app.plots.series import Series, colours, panels


def test_losses_share_a_panel_and_each_metric_has_its_own() -> None:
    found = panels(["val/mae", "train/loss", "val/loss", "train/mae", "lr", "train/loss_kl", "train/accuracy"])
    assert {title: [series.name for series in members] for title, members in found.items()} == {
        "loss": ["train/loss", "val/loss", "train/loss_kl"],
        "accuracy": ["train/accuracy"],
        "mae": ["train/mae", "val/mae"],
        "lr": ["lr"],
    }


def test_the_splits_keep_their_colours_in_all_panels() -> None:
    for quantity in ("loss", "accuracy"):
        both = [Series.of(f"{split}/{quantity}") for split in ("train", "val")]
        assert list(colours(both).values()) == [0, 1]
    assert colours([Series.of("val/accuracy")]) == {"val/accuracy": 1}


def test_what_belongs_to_no_split_is_not_shown_unasked() -> None:
    assert Series.of("train/loss").is_main
    assert not Series.of("lr").is_main
    assert Series.of("other/thing").title == "other/thing"
