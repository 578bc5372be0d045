"""The pages of visits: the public ledger, hosts, requests and what came of them."""

from teladan.visits.views.asking import ask
from teladan.visits.views.hosts import host, hosts, reception
from teladan.visits.views.ledger import visits
from teladan.visits.views.requests import do, visit

__all__ = ["ask", "do", "host", "hosts", "reception", "visit", "visits"]
