"""What a node kind is: ports, shapes, calls, and the catalogue that holds all kinds."""

from engine.catalog.call import Arg, Call, Expr, In, Item, Many, Name, function, layer
from engine.catalog.kind import Catalog, NodeKind, Role, Weights
from engine.catalog.port import Port
from engine.catalog.shape import AXIS_NAMES, BATCH, Dim, Dtype, Inputs, Shape, Shapes
from engine.catalog.weighted import Weighted

__all__ = [
    "AXIS_NAMES",
    "BATCH",
    "Arg",
    "Call",
    "Catalog",
    "Dim",
    "Dtype",
    "Expr",
    "In",
    "Inputs",
    "Item",
    "Many",
    "Name",
    "NodeKind",
    "Port",
    "Role",
    "Shape",
    "Shapes",
    "Weighted",
    "Weights",
    "function",
    "layer",
]
