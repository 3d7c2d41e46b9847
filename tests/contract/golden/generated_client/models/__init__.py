"""Contains all the data models used in inputs/outputs"""

from .book import Book
from .order import Order
from .problem import Problem
from .state import State

__all__ = (
    "Book",
    "Order",
    "Problem",
    "State",
)
