"""Documents of the demonstration: a handful of files about one loan, made from its own facts."""

from __future__ import annotations

import datetime
import io
from collections.abc import AsyncIterator, Sequence
from email.message import EmailMessage
from typing import Final

import msgspec
import openpyxl
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from realinsights.contracts.files import DocumentKind, Link, LinkedKind
from realinsights.files.model.documents import DocumentDraft
from realinsights.files.service.documents import Incoming, Resources, file_document
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.parties import Lender
from realinsights.loans.model.property import Property
from realinsights_platform.documents.journal_port import Storage

ACTOR: Final = "system:demonstration"
_INSURED_FOR: Final = datetime.timedelta(days=45)
_PIECE: Final = 64 * 1024


class InventedFile(msgspec.Struct, frozen=True):
    """A file with what is said of it."""

    name: str
    draft: DocumentDraft
    content: bytes


async def file_all(*, documents: Storage, resources: Resources, files: Sequence[InventedFile], org: str) -> None:
    """File the demonstration's documents, through the same use case that people's uploads reach, as one unit."""
    today = datetime.datetime.now(datetime.UTC).date()
    async with documents.unit(org=org, actor=ACTOR, business_date=today) as unit:
        for file in files:
            incoming = Incoming(name=file.name, declared_type=None, content=_pieces(file.content))
            await file_document(unit=unit, resources=resources, draft=file.draft, incoming=incoming, confidential=True)


def invented_files(
    *, loan: Loan, asset: Property, lender: Lender, business_date: datetime.date
) -> tuple[InventedFile, ...]:
    """Return files about a loan, its property and its lender, as they stand on a business date."""
    of_loan = Link(kind=LinkedKind.LOAN, id=loan.id, page=1)
    of_property = Link(kind=LinkedKind.PROPERTY, id=asset.id)
    of_lender = Link(kind=LinkedKind.LENDER, id=lender.id)
    insured_until = business_date + _INSURED_FOR
    return (
        InventedFile(
            f"Promissory note {loan.number}.pdf",
            DocumentDraft(
                title=f"Promissory note, {loan.name}",
                kind=DocumentKind.NOTE,
                retention_until=loan.maturity_date,
                links=(of_loan, of_lender),
            ),
            _note(loan, lender),
        ),
        InventedFile(
            f"Appraisal {asset.name}.pdf",
            DocumentDraft(title=f"Appraisal, {asset.name}", kind=DocumentKind.APPRAISAL, links=(of_property,)),
            _appraisal(asset),
        ),
        InventedFile(
            f"Certificate of insurance {asset.name}.pdf",
            DocumentDraft(
                title=f"Certificate of insurance, {asset.name}",
                kind=DocumentKind.INSURANCE,
                expires_on=insured_until,
                links=(of_property, Link(kind=LinkedKind.LOAN, id=loan.id)),
            ),
            _insurance(asset, lender, insured_until),
        ),
        InventedFile(
            f"Rent roll {asset.name}.xlsx",
            DocumentDraft(title=f"Rent roll, {asset.name}", kind=DocumentKind.RENT_ROLL, links=(of_property,)),
            _rent_roll(asset, business_date),
        ),
        InventedFile(
            f"Servicing of {loan.number}.eml",
            DocumentDraft(
                title=f"Letter of the lender about {loan.name}",
                kind=DocumentKind.CORRESPONDENCE,
                links=(Link(kind=LinkedKind.LOAN, id=loan.id), of_lender),
            ),
            _letter(loan, lender, business_date),
        ),
        InventedFile(
            f"Guaranty {loan.number}.pdf",
            DocumentDraft(
                title=f"Guaranty, {loan.name}", kind=DocumentKind.GUARANTY, confidential=True, links=(of_loan,)
            ),
            _guaranty(loan, lender),
        ),
    )


def _note(loan: Loan, lender: Lender) -> bytes:
    borrower = loan.borrower or "the borrower"
    months = loan.terms.amortization_months
    return _pdf(
        f"Promissory note {loan.number}",
        (
            (
                f"For value received, {borrower} promises to pay to the order of {lender.name} the principal sum of "
                f"${loan.original_balance:,.2f}, with interest as this note says."
            ),
            f"Dated {_day(loan.origination_date)}. Secured by the property known as {loan.name}.",
        ),
        (
            (
                f"Interest accrues at {_percent(loan)} a year. The whole of what is unpaid is due on the maturity "
                f"date, {_day(loan.maturity_date)}."
            ),
            "Principal is repaid at maturity."
            if months is None
            else f"Monthly payments repay principal as over {months:,} months.",
        ),
        (
            (
                "Prepayment. The borrower may prepay in whole, not in part, on any payment date, with thirty days' "
                "notice and the premium that the loan agreement states."
            ),
            "A payment that is more than ten days late bears a late charge of five percent of what was due.",
        ),
    )


def _appraisal(asset: Property) -> bytes:
    valuation = asset.valuations[-1] if asset.valuations else None
    opinion = (
        "No opinion of value was asked for."
        if valuation is None
        else f"Market value as of {valuation.as_of}: ${valuation.amount:,.2f}."
    )
    return _pdf(
        f"Appraisal of {asset.name}",
        (opinion, f"{asset.address or asset.name}, {asset.city}, {asset.state}. Built in {asset.year_built}."),
        ("The income approach was given most weight. Comparable sales support it.",),
    )


def _insurance(asset: Property, lender: Lender, until: datetime.date) -> bytes:
    return _pdf(
        "Certificate of property insurance",
        (
            f"Insured property: {asset.name}, {asset.city}, {asset.state}.",
            f"Mortgagee and loss payee: {lender.name}, its successors and assigns.",
            f"The policy expires on {_day(until)}. Notice of cancellation is given thirty days before.",
        ),
    )


def _guaranty(loan: Loan, lender: Lender) -> bytes:
    guarantor = loan.guarantors[0] if loan.guarantors else f"Each principal of {loan.borrower or loan.name}"
    return _pdf(
        f"Guaranty of recourse obligations, loan {loan.number}",
        (
            f"{guarantor} guarantees to {lender.name} the recourse obligations of the loan agreement.",
            "The guarantor keeps a net worth of no less than the original principal of the loan.",
        ),
    )


def _rent_roll(asset: Property, day: datetime.date) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Rent roll")
    sheet.append([asset.name, None, None, day])
    sheet.append(["Unit", "Tenant", "Lease ends", "Monthly rent"])
    for number in range(1, 13):
        leased = None if number % 6 == 0 else day.replace(day=1) + datetime.timedelta(days=31 * number)
        tenant = "Vacant" if leased is None else f"Tenant {number}"
        sheet.append([f"{100 + number}", tenant, leased, 0 if leased is None else 1_850 + 15 * number])
    sheet.append(["Total", None, None, "=SUM(D3:D14)"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _letter(loan: Loan, lender: Lender, day: datetime.date) -> bytes:
    contact = lender.contacts[0] if lender.contacts else None
    mail = EmailMessage()
    mail["Subject"] = f"Loan {loan.number}: insurance certificate due"
    mail["From"] = (
        f"{contact.name} <{contact.email}>" if contact is not None else f"{lender.name} <loans@lender.example>"
    )
    mail["To"] = "asset.management@house.example"
    mail["Date"] = f"{day:%a, %d %b %Y} 09:30:00 -0500"
    mail.set_content(
        f"The certificate of insurance for {loan.name} expires within the next weeks.\n"
        "Please send us the renewal before it does, naming us as mortgagee and loss payee.\n"
    )
    return mail.as_bytes()


def _pdf(title: str, *pages: Sequence[str]) -> bytes:
    styles = getSampleStyleSheet()
    story: list[Flowable] = [Paragraph(title, styles["Title"]), Spacer(1, 18)]
    for number, paragraphs in enumerate(pages, 1):
        for text in paragraphs:
            story += [Paragraph(text, styles["BodyText"]), Spacer(1, 9)]
        story.append(Table([[f"Page {number} of {len(pages)}", "An invented document"]], colWidths=(200, 200)))
        story.append(PageBreak())
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=LETTER, title=title, invariant=1).build(story)
    return buffer.getvalue()


def _day(date: datetime.date) -> str:
    return f"{date:%B} {date.day}, {date.year}"


def _percent(loan: Loan) -> str:
    return f"{(loan.rate * 100).normalize():f} %"


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]
