"use client";

import { notifications } from "@mantine/notifications";
import { useState } from "react";

import type { PartyKind } from "@/api/parties";
import { PartySelect } from "@/components/fields/party-select";
import { Surface } from "@/components/surface";

import { useLoanField } from "../forms/form-context";
import { LoanChoice, LoanMoney, LoanText, LoanTexts } from "../forms/form-fields";
import { LoanRows } from "../forms/form-rows";
import { FormSection } from "../forms/form-section";
import { intentions, useCreateLender } from "../records/api/loan-changes";

const RECOURSES = ["non_recourse", "carve_outs", "partial", "full"] as const;
const NEW_PROPERTY = { propertyId: "", allocatedAmount: null };

/** The parties to the loan. */
export function PartyFields() {
  return (
    <FormSection title="Parties">
      <LoanText path="borrower" label="Borrower" />
      <LenderField />
      <LoanParty path="fundId" label="Fund" kind="funds" />
      <LoanParty path="portfolioId" label="Portfolio" kind="portfolios" />
      <LoanChoice path="recourse" label="Recourse" options={RECOURSES} none="Not specified" />
      <LoanTexts path="guarantors" label="Guarantors" />
      <LoanText path="originator" label="Originator" />
      <LoanText path="servicer" label="Servicer" />
    </FormSection>
  );
}

function LoanParty({ path, label, kind }: { path: string; label: string; kind: PartyKind }) {
  const field = useLoanField<string | null>(path);
  return <PartySelect {...field} label={label} kind={kind} />;
}

/** A lender that is not there yet is created by its name, without leaving the form. */
function LenderField() {
  const field = useLoanField<string | null>("lenderId");
  const create = useCreateLender();
  const [keyFor] = useState(intentions);
  return (
    <PartySelect
      {...field}
      label="Lender"
      kind="lenders"
      error={field.error ?? create.error?.message}
      disabled={create.isPending}
      onCreate={(name) =>
        create.mutate(
          { name, key: keyFor(name) },
          {
            onSuccess: (lender) => {
              field.onChange(lender.id);
              notifications.show({ message: `The lender ${lender.name} was created.` });
            },
          },
        )
      }
    />
  );
}

/** The properties behind the loan, with the amount that the note allocates to each. */
export function PropertyFields() {
  const { value: properties } = useLoanField<readonly { propertyId: string }[]>("properties");
  const chosen = properties.map(({ propertyId }) => propertyId);
  return (
    <Surface title="Properties">
      <LoanRows path="properties" noun="Property" empty={NEW_PROPERTY}>
        {(path) => (
          <>
            <PropertyField path={`${path}.propertyId`} without={chosen} />
            <LoanMoney path={`${path}.allocatedAmount`} label="Allocated amount" />
          </>
        )}
      </LoanRows>
    </Surface>
  );
}

function PropertyField({ path, without }: { path: string; without: readonly string[] }) {
  const field = useLoanField<string>(path);
  return (
    <PartySelect
      {...field}
      label="Property"
      kind="properties"
      without={without}
      value={field.value === "" ? null : field.value}
      onChange={(id) => field.onChange(id ?? "")}
    />
  );
}
