"""Elements of an EX-102: where each field of a statement is read from, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from realinsights.loans.tapes import ex102_codes as codes
from realinsights.loans.tapes.ex102_values import code, date, decimal, money, text_of, whole

Fields = Mapping[str, tuple[str, Callable[[str], Any]]]

LOAN_FIELDS: Final[Fields] = MappingProxyType(
    {
        "period_begin": ("reportingPeriodBeginningDate", date),
        "originator": ("originatorName", text_of),
        "lender": ("originatorName", text_of),
        "servicer": ("primaryServicerName", text_of),
        "structure": ("loanStructureCode", code(codes.STRUCTURES)),
        "lien_position": ("lienPositionSecuritizationCode", code(codes.LIEN_POSITIONS)),
        "original_balance": ("originalLoanAmount", money),
        "original_rate": ("originalInterestRatePercentage", decimal),
        "rate_type": (
            "originalInterestRateTypeCode",
            code(codes.RATE_TYPES, without=codes.RATE_TYPES_WITHOUT_SCHEDULE),
        ),
        "index": ("armIndexCode", code(codes.INDEXES)),
        "spread": ("armMarginNumber", decimal),
        "rate_floor": ("lifetimeRateFloorPercentage", decimal),
        "rate_ceiling": ("lifetimeRateCapPercentage", decimal),
        "lookback_days": ("indexLookbackDaysNumber", whole),
        "reset_months": ("rateResetFrequencyCode", code(codes.RESETS)),
        "first_reset_date": ("firstRateAdjustmentDate", date),
        "day_count": ("interestAccrualMethodCode", code(codes.DAY_COUNTS, without=codes.DAY_COUNTS_WITHOUT_SCHEDULE)),
        "origination_date": ("originationDate", date),
        "first_payment_date": ("firstLoanPaymentDueDate", date),
        "original_maturity_date": ("maturityDate", date),
        "anticipated_repayment_date": ("hyperAmortizingDate", date),
        "term_months": ("originalTermLoanNumber", whole),
        "frequency": ("paymentFrequencyCode", code(codes.FREQUENCIES, without=codes.FREQUENCIES_WITHOUT_SCHEDULE)),
        "interest_only_months": ("originalInterestOnlyTermNumber", whole),
        "grace_days": ("graceDaysAllowedNumber", whole),
        "beginning_balance": ("reportPeriodBeginningScheduleLoanBalanceAmount", money),
        "interest": ("scheduledInterestAmount", money),
        "principal": ("scheduledPrincipalAmount", money),
        "total_due": ("totalScheduledPrincipalInterestDueAmount", money),
        "unscheduled_principal": ("unscheduledPrincipalCollectedAmount", money),
        "other_principal": ("otherPrincipalAdjustmentAmount", money),
        "other_interest": ("otherInterestAdjustmentAmount", money),
        "ending_balance": ("reportPeriodEndScheduledLoanBalanceAmount", money),
        "actual_balance": ("reportPeriodEndActualBalanceAmount", money),
        "prepayment_premium": ("prepaymentPremiumYieldMaintenanceReceivedAmount", money),
        "paid_through": ("paidThroughDate", date),
        "payment_status": ("paymentStatusLoanCode", text_of),
        "modification_code": ("modificationCode", text_of),
        "liquidation_date": ("liquidationPrepaymentDate", date),
        "realized_loss": ("realizedLossToTrustAmount", money),
        "property_count": ("NumberProperties", whole),
    }
)
"""The fields of a statement that one element of the asset gives."""

PROPERTY_FIELDS: Final[Fields] = MappingProxyType(
    {
        "name": ("propertyName", text_of),
        "address": ("propertyAddress", text_of),
        "city": ("propertyCity", text_of),
        "county": ("propertyCounty", text_of),
        "state": ("propertyState", text_of),
        "zip": ("propertyZip", text_of),
        "property_type": ("propertyTypeCode", code(codes.PROPERTY_TYPES, without=codes.PROPERTY_TYPES_MISSING)),
        "year_built": ("yearBuiltNumber", whole),
        "year_renovated": ("yearLastRenovated", whole),
    }
)
"""The fields of a building that one element of its `<property>` gives."""

ELEMENTS: Final = MappingProxyType(
    {
        **{field: element for field, (element, _) in LOAN_FIELDS.items()},
        "number": "assetNumber",
        "period_end": "reportingPeriodEndDate",
        "name": "propertyName",
        "note_name": "loanStructureCode",
        "rate": "reportPeriodInterestRatePercentage",
        "maturity_date": "maturityDate",
        "amortization_months": "originalAmortizationTermNumber",
        "level_payment": "periodicPrincipalAndInterestPaymentSecuritizationAmount",
        "stated_payment": "periodicPrincipalAndInterestPaymentSecuritizationAmount",
        "prepayment": (
            "prepaymentLockOutEndDate, yieldMaintenanceEndDate, prepaymentPremiumsEndDate, prepaymentPremiumIndicator, "
            "defeasanceOptionStartDate"
        ),
        "status": "paymentStatusLoanCode, liquidationPrepaymentCode, DefeasedStatusCode",
        "modified": "modifiedIndicator",
        "liquidation_code": "liquidationPrepaymentCode",
        "dscr": "mostRecentDebtServiceCoverageNetOperatingIncomePercentage",
        "dscr_net_cash_flow": "mostRecentDebtServiceCoverageNetCashFlowpercentage",
        "annual_debt_service": "mostRecentDebtServiceAmount",
        **{f"properties.{field}": element for field, (element, _) in PROPERTY_FIELDS.items()},
        "properties.square_feet": "netRentableSquareFeetNumber",
        "properties.units": "unitsBedsRoomsNumber",
        "properties.valuations": "valuationSecuritizationAmount, mostRecentValuationAmount",
        "properties.operating_statements": "netOperatingIncomeSecuritizationAmount, mostRecentNetOperatingIncomeAmount",
    }
)
"""Where a statement's field is read from, for those who ask; `properties.` marks a building's."""
