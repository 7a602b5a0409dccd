"""Both themes can be read: contrast, told apart, complete."""

from __future__ import annotations

import itertools
import math

import pytest

from app.theme import ROLES, heat
from app.theme.colours import Rgb, contrast, luminance, oklch, parse
from app.theme.roles import COLOURS, HUES, SERIES
from app.theme.theme import Theme
from engine.nodes import standard_catalog

TEXTS = ("text", "muted", "accent", "error", "warning", "success", "info")
GROUNDS = ("window", "panel", "raised", "canvas", "card", "field", "hover", "selection", "plot_background")
CODE = tuple(role for role in ROLES if role.startswith("code_"))
SCHEMES = ("light", "dark")


def test_contrast_agrees_with_published_values() -> None:
    """WCAG's own: black on white 21, the grey #767676 just passes on white with 4.54."""
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast(parse("#767676"), (255, 255, 255)) == pytest.approx(4.54, abs=0.005)


def test_oklch_agrees_with_published_values() -> None:
    """Ottosson's conversion: sRGB red is L 0.62796, C 0.25768, h 29.234; white is L 1, C 0."""
    assert oklch(0.62796, 0.25768, 29.234) == pytest.approx((255, 0, 0), abs=1)
    assert oklch(1.0, 0.0, 0.0) == (255, 255, 255)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), list(itertools.product(TEXTS, GROUNDS)))
def test_text_can_be_read(scheme: str, text: str, ground: str) -> None:
    colours = COLOURS[scheme]
    assert contrast(parse(colours[text]), parse(colours[ground])) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), [("on_accent", "accent"), *itertools.product(CODE, ("field",))])
def test_text_on_its_own_ground_can_be_read(scheme: str, text: str, ground: str) -> None:
    colours = COLOURS[scheme]
    assert contrast(parse(colours[text]), parse(colours[ground])) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_drawn_stands_out(scheme: str, themes: dict[str, Theme]) -> None:
    """Wires, ports, curves and category stripes have 3:1 on what they are drawn on."""
    theme = themes[scheme]
    for role in ("wire", "port"):
        assert contrast(_rgb(theme, role), _rgb(theme, "canvas")) >= 3
    for curve in SERIES[scheme]:
        assert contrast(parse(curve), _rgb(theme, "plot_background")) >= 3
    for category in (*HUES, "never heard of"):
        assert contrast(theme.category(category).getRgb()[:3], _rgb(theme, "card")) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("seen", [(0.29275, 0.70725, 0.02234), (0.11238, 0.88762, -0.00401)], ids=["no M", "no L"])
def test_curves_are_told_apart_by_colour_blind_eyes(scheme: str, seen: tuple[float, float, float]) -> None:
    """The first six, as eyes without one kind of cones see them."""
    labs = [_oklab(_dichromat(parse(curve), *seen)) for curve in SERIES[scheme][:6]]
    assert min(math.dist(one, other) for one, other in itertools.combinations(labs, 2)) >= 0.09


def test_heat_is_viridis_and_grows_lighter() -> None:
    """First, middle and last colour as matplotlib publishes them; the lightness rises all along."""
    colours = [parse(f"#{value & 0xFFFFFF:06x}") for value in heat()]
    for level, published in ((0, (68, 1, 84)), (128, (33, 145, 140)), (255, (253, 231, 37))):
        assert colours[level] == pytest.approx(published, abs=5)
    light = [luminance(colour) for colour in colours[::5]]
    assert light == sorted(light)


def test_every_installed_category_has_a_hue_of_its_own() -> None:
    categories = {kind.category.lower() for kind in standard_catalog()}
    assert categories <= set(HUES)
    hues = sorted(HUES[category] for category in categories)
    assert min(b - a for a, b in itertools.pairwise(hues)) >= 10


def _rgb(theme: Theme, role: str) -> Rgb:
    red, green, blue, _ = theme.color(role).getRgb()
    return red, green, blue


def _dichromat(colour: Rgb, red_share: float, green_share: float, blue_shift: float) -> tuple[float, float, float]:
    """Linear sRGB as a dichromat sees it (Viénot, Brettel and Mollon 1999, table of reduced colours)."""
    red, green, blue = ((c / 255 + 0.055) ** 2.4 / 1.055**2.4 if c > 10 else c / 255 / 12.92 for c in colour)
    yellow = red_share * red + green_share * green
    return yellow, yellow, max(0.0, blue + blue_shift * (green - red))


def _oklab(linear: tuple[float, float, float]) -> tuple[float, float, float]:
    """OKLab of linear sRGB (Ottosson 2020)."""
    red, green, blue = linear
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
