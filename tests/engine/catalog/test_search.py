from __future__ import annotations

import pytest

from engine.catalog import NodeKind
from engine.catalog.search import Match, search
from engine.nodes import standard_catalog

CATALOG = standard_catalog()


def ids(text: str, **options: object) -> list[str]:
    return [match.kind.id for match in search(CATALOG, text, **options)]  # type: ignore[arg-type]


def first(text: str) -> Match:
    return search(CATALOG, text)[0]


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("conv", "conv2d"),
        ("Conv 2d", "conv2d"),
        ("fc", "dense"),
        ("linear", "dense"),
        ("nn.Linear", "dense"),
        ("torch.nn.Conv2d", "conv2d"),
        ("batch norm 2d", "batch_norm2d"),
        ("batch_norm1d", "batch_norm1d"),
        ("mha", "multihead_attention"),
        ("bn", "batch_norm2d"),
        ("plus", "add"),
        ("sum", "sum"),
        ("l1", "mae"),
        ("swish", "silu"),
        ("pool max", "max_pool2d"),
        ("gap", "global_avg_pool2d"),
        ("pool", "max_pool2d"),
        ("transformer", "transformer_encoder_layer"),
        ("glblavg", "global_avg_pool2d"),
        ("covn", "conv2d"),
        ("drpout", "dropout"),
        ("sigmojd", "sigmoid"),
        ("flattten", "flatten"),
    ],
)
def test_the_wanted_kind_comes_first(text: str, id: str) -> None:
    assert first(text).kind.id == id


def test_a_category_finds_its_kinds() -> None:
    kinds = {kind.id for kind in CATALOG if kind.category == "Normalization"}
    assert set(ids("normalization")) == kinds


def test_nothing_fits_nonsense() -> None:
    assert ids("zzzz") == []
    assert ids("conv zzzz") == []


@pytest.mark.parametrize(
    ("text", "id", "params"),
    [
        ("conv 64 3 s2", "conv2d", {"out_channels": 64, "kernel_size": 3, "stride": 2}),
        ("conv 3x5 64", "conv2d", {"kernel_size": (3, 5), "out_channels": 64}),
        ("conv p=same k5", "conv2d", {"padding": "same", "kernel_size": 5}),
        ("conv 64 bias=no", "conv2d", {"out_channels": 64, "bias": False}),
        ("conv oc32 d2 g4", "conv2d", {"out_channels": 32, "dilation": 2, "groups": 4}),
        ("max pool 3 s2 p1", "max_pool2d", {"kernel_size": 3, "stride": 2, "padding": 1}),
        (
            "conv 3d 16 3x3x5 p=1x1x2",
            "conv3d",
            {"out_channels": 16, "kernel_size": (3, 3, 5), "padding": (1, 1, 2)},
        ),
        ("conv 1d 8 5 p=same", "conv1d", {"out_channels": 8, "kernel_size": 5, "padding": "same"}),
        ("fc 10", "dense", {"out_features": 10}),
        ("dropout .3", "dropout", {"p": 0.3}),
        ("input 1 28 28", "input", {"shape": (1, 28, 28)}),
        ("input 3x32x32", "input", {"shape": (3, 32, 32)}),
        ("input 28", "input", {"shape": (28,)}),
        ("lstm 128 nl2", "lstm", {"hidden_size": 128, "num_layers": 2}),
        ("attention 8", "multihead_attention", {"num_heads": 8}),
        ("gelu approximate=tanh", "gelu", {"approximate": "tanh"}),
        ("batch norm 1d", "batch_norm1d", {}),
        ("l1", "mae", {}),
    ],
)
def test_parameters_may_follow_the_name(text: str, id: str, params: dict[str, object]) -> None:
    found = search(CATALOG, text)
    assert (found[0].kind.id, found[0].params) == (id, params)


def test_a_word_without_an_equals_sign_belongs_to_the_name() -> None:
    assert ids("target float32") == []


def test_parameters_found_are_legal() -> None:
    for text in ("conv 64 3 s2", "conv 0", "conv 99999999999999999999", "dropout 7", "fc -3", "pool 2 p9"):
        for match in search(CATALOG, text):
            for name, value in match.params.items():
                match.kind.params[name].parse(value)
    assert first("conv 0").params == {}
    assert first("dropout 7").params == {}


def test_kinds_with_use_for_the_parameters_come_first() -> None:
    assert ids("c 8").index("conv2d") < ids("c 8").index("concat")


def test_equal_matches_are_ranked_by_what_usually_follows() -> None:
    two = {"relu", "reshape"}
    assert [id for id in ids("re", after=CATALOG["conv2d"]) if id in two] == ["relu", "reshape"]
    assert [id for id in ids("re", after=CATALOG["max_pool2d"]) if id in two] == ["reshape", "relu"]
    assert {CATALOG[id].category for id in ids("", after=CATALOG["target"].parse({}), limit=5)} <= {
        "Loss",
        "Metric",
    }
    assert CATALOG[ids("", after=CATALOG["conv2d"], limit=1)[0]].category == "Normalization"


def test_then_by_recency() -> None:
    assert ids("", recents=["lstm", "gelu"], limit=2) == ["lstm", "gelu"]
    assert ids("bn", recents=["batch_norm1d"])[0] == "batch_norm1d"
    after = ids("", after=CATALOG["conv2d"], recents=["lstm", "layer_norm"])
    assert after[0] == "layer_norm"
    assert ids("", recents=["unknown"]) == ids("")


def test_a_better_match_beats_habit_and_recency() -> None:
    assert ids("conv", after=CATALOG["conv2d"], recents=["concat"])[0] == "conv2d"
    assert ids("dense", after=CATALOG["conv2d"], recents=["relu"])[0] == "dense"


def test_an_empty_text_lists_all_up_to_the_limit() -> None:
    assert len(ids("", limit=1_000)) == len(CATALOG)
    assert len(ids("  ", limit=7)) == 7
    assert len(ids("64 3")) == 0


@pytest.mark.parametrize(
    ("text", "marked"),
    [("conv", "Conv"), ("pool", "pool"), ("layernorm", "Layernorm"), ("ln", ""), ("glbl", "Glbl"), ("2d", "2d")],
)
def test_spans_mark_what_matched_in_the_title(text: str, marked: str) -> None:
    match = first(text)
    assert "".join(match.kind.title[start:stop] for start, stop in match.spans) == marked
    assert bool(match.spans) != bool(match.via)


def test_another_name_that_matched_is_named() -> None:
    assert first("fc").via == "fc"
    assert first("swish").via == "swish"


def test_hostile_texts_are_only_texts() -> None:
    texts = [
        "(" * 500,
        "conv " + "9" * 5_000,
        "\x00",
        "conv s" + "1" * 400,
        "x" * 100_000,
        "conv 1e999",
        "é ü ß",
        "=",
    ]
    for text in (*texts, "conv k=" + "1x" * 900 + "1", "dropout nan", "dropout 1e400"):
        for match in search(CATALOG, text):
            assert issubclass(match.kind, NodeKind)
