"""Contains all the data models used in inputs/outputs"""

from .book import Book
from .order import Order
from .problem import Problem
from .shelves import Shelves
from .shelves_links import ShelvesLinks
from .shelves_meta import ShelvesMeta
from .state import State

__all__ = (
    "Book",
    "Order",
    "Problem",
    "Shelves",
    "ShelvesLinks",
    "ShelvesMeta",
    "State",
)
