"""Forms that are made of parameters: a field for each type, errors at the field."""

from app.forms.button import NarrowButton
from app.forms.field import Field
from app.forms.form import ParamForm
from app.forms.plain import CalmCombo
from app.forms.row import explain, field_for
from app.forms.section import Section
from app.forms.words import shown

__all__ = ["CalmCombo", "Field", "NarrowButton", "ParamForm", "Section", "explain", "field_for", "shown"]
