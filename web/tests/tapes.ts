const HEADER =
  "loanNumber,loanName,asOf,lender,originalBalance,currentBalance,rate,originationDate,firstPaymentDate,maturityDate,dayCount,amortizationMonths,interestOnlyMonths,propertyName,city,state,propertyType,value,netOperatingIncome";

/** A tape by the template: ten-year loans, each on one property. */
export function smallTape(loans = 3): Buffer {
  const rows = Array.from({ length: loans }, (_, index) => {
    const number = index + 1;
    const amount = 1_000_000 * number;
    return `T-${number},Tape loan ${number},2025-12-31,Lender ${number % 2},${amount}.00,${amount}.00,5.25%,2025-01-01,2025-02-01,2035-01-01,actual_360,360,120,Building ${number},Reno,NV,office,${2 * amount}.00,${amount / 10}.00`;
  });
  return Buffer.from([HEADER, ...rows, ""].join("\n"));
}
