"""The live views of the shown run, each made when it is first seen."""

from app.dashboard.views import VIEWS, make_view

__all__ = ["VIEWS", "make_view"]
