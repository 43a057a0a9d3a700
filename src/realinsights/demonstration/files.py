"""Files' part of the demonstration: a handful of documents about one loan, made from its own facts."""

from __future__ import annotations

import asyncio
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

from realinsights.contracts.demonstration import ACTOR, TAG, DemonstrationFacts, FiledLoan
from realinsights.contracts.files import DocumentKind, Link, LinkedKind
from realinsights.files.model.documents import DocumentDraft
from realinsights.files.service.documents import Incoming, Resources, file_document
from realinsights.files.store import DOCUMENTS, LAST_STEPS
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Equal, Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import OverQuota
from realinsights_platform.events import Message
from realinsights_platform.stepping import Objected, answered, superseded
from realinsights_platform.steps import StepAnswered, StepRequested

_INSURED_FOR: Final = datetime.timedelta(days=45)
_PIECE: Final = 64 * 1024


class InventedFile(msgspec.Struct, frozen=True):
    """A file with what is said of it."""

    name: str
    draft: DocumentDraft
    content: bytes


async def put(message: Message, event: StepRequested, *, documents: Storage, resources: Resources) -> StepAnswered:
    """File the documents as one unit, through the same use case that people's uploads reach, unless they are there."""
    loan = DemonstrationFacts.of(event.told).filed
    if loan is None:
        return answered(event)
    files = await asyncio.to_thread(invented_files, loan, business_date=message.business_date)

    async def work(unit: Unit) -> None:
        if await superseded(unit, LAST_STEPS, TAG, message):
            return
        if await documents.count(DOCUMENTS, unit.org, Equal("filed_by", ACTOR)):
            return
        for file in files:
            incoming = Incoming(name=file.name, declared_type=None, content=_pieces(file.content))
            await file_document(unit=unit, resources=resources, draft=file.draft, incoming=incoming, confidential=True)

    try:
        await committed(lambda: documents.unit(org=message.org, actor=ACTOR, business_date=message.business_date), work)
    except OverQuota as refused:
        raise Objected(refused.message) from None
    return answered(event, counts={"documents": len(files)})


def invented_files(loan: FiledLoan, *, business_date: datetime.date) -> tuple[InventedFile, ...]:
    """Return files about a loan, its property and its lender, as they stand on a business date."""
    of_loan = Link(kind=LinkedKind.LOAN, id=loan.id, page=1)
    of_property = Link(kind=LinkedKind.PROPERTY, id=loan.property_id)
    of_lender = Link(kind=LinkedKind.LENDER, id=loan.lender_id)
    insured_until = business_date + _INSURED_FOR
    return (
        InventedFile(
            f"Promissory note {loan.number}.pdf",
            DocumentDraft(
                title=f"Promissory note, {loan.name}",
                kind=DocumentKind.NOTE,
                links=(of_loan, of_lender),
            ),
            _note(loan),
        ),
        InventedFile(
            f"Appraisal {loan.property_name}.pdf",
            DocumentDraft(title=f"Appraisal, {loan.property_name}", kind=DocumentKind.APPRAISAL, links=(of_property,)),
            _appraisal(loan),
        ),
        InventedFile(
            f"Certificate of insurance {loan.property_name}.pdf",
            DocumentDraft(
                title=f"Certificate of insurance, {loan.property_name}",
                kind=DocumentKind.INSURANCE,
                expires_on=insured_until,
                links=(of_property, Link(kind=LinkedKind.LOAN, id=loan.id)),
            ),
            _insurance(loan, insured_until),
        ),
        InventedFile(
            f"Rent roll {loan.property_name}.xlsx",
            DocumentDraft(title=f"Rent roll, {loan.property_name}", kind=DocumentKind.RENT_ROLL, links=(of_property,)),
            _rent_roll(loan, business_date),
        ),
        InventedFile(
            f"Servicing of {loan.number}.eml",
            DocumentDraft(
                title=f"Letter of the lender about {loan.name}",
                kind=DocumentKind.CORRESPONDENCE,
                links=(Link(kind=LinkedKind.LOAN, id=loan.id), of_lender),
            ),
            _letter(loan, business_date),
        ),
        InventedFile(
            f"Guaranty {loan.number}.pdf",
            DocumentDraft(
                title=f"Guaranty, {loan.name}", kind=DocumentKind.GUARANTY, confidential=True, links=(of_loan,)
            ),
            _guaranty(loan),
        ),
    )


def _note(loan: FiledLoan) -> bytes:
    borrower = loan.borrower or "the borrower"
    months = loan.amortization_months
    return _pdf(
        f"Promissory note {loan.number}",
        (
            (
                f"For value received, {borrower} promises to pay to the order of {loan.lender_name} the principal "
                f"sum of ${loan.original_balance:,.2f}, with interest as this note says."
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


def _appraisal(loan: FiledLoan) -> bytes:
    opinion = (
        "No opinion of value was asked for."
        if loan.value is None
        else f"Market value as of {loan.valued_on}: ${loan.value:,.2f}."
    )
    return _pdf(
        f"Appraisal of {loan.property_name}",
        (opinion, f"{loan.address or loan.property_name}, {loan.city}, {loan.state}. Built in {loan.year_built}."),
        ("The income approach was given most weight. Comparable sales support it.",),
    )


def _insurance(loan: FiledLoan, until: datetime.date) -> bytes:
    return _pdf(
        "Certificate of property insurance",
        (
            f"Insured property: {loan.property_name}, {loan.city}, {loan.state}.",
            f"Mortgagee and loss payee: {loan.lender_name}, its successors and assigns.",
            f"The policy expires on {_day(until)}. Notice of cancellation is given thirty days before.",
        ),
    )


def _guaranty(loan: FiledLoan) -> bytes:
    guarantor = loan.guarantor or f"Each principal of {loan.borrower or loan.name}"
    return _pdf(
        f"Guaranty of recourse obligations, loan {loan.number}",
        (
            f"{guarantor} guarantees to {loan.lender_name} the recourse obligations of the loan agreement.",
            "The guarantor keeps a net worth of no less than the original principal of the loan.",
        ),
    )


def _rent_roll(loan: FiledLoan, day: datetime.date) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Rent roll")
    sheet.append([loan.property_name, None, None, day])
    sheet.append(["Unit", "Tenant", "Lease ends", "Monthly rent"])
    for number in range(1, 13):
        leased = None if number % 6 == 0 else day.replace(day=1) + datetime.timedelta(days=31 * number)
        tenant = "Vacant" if leased is None else f"Tenant {number}"
        sheet.append([f"{100 + number}", tenant, leased, 0 if leased is None else 1_850 + 15 * number])
    sheet.append(["Total", None, None, "=SUM(D3:D14)"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _letter(loan: FiledLoan, day: datetime.date) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = f"Loan {loan.number}: insurance certificate due"
    mail["From"] = f"{loan.contact_name or loan.lender_name} <{loan.contact_email or 'loans@lender.example'}>"
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


def _percent(loan: FiledLoan) -> str:
    return f"{(loan.rate * 100).normalize():f} %"


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]
