"""The documents this service keeps."""

from realinsights.loans.store.kinds import FUNDS, KINDS, LENDERS, LOANS, PERIODS, PORTFOLIOS, PROPERTIES

__all__ = ["FUNDS", "KINDS", "LENDERS", "LOANS", "PERIODS", "PORTFOLIOS", "PROPERTIES"]
