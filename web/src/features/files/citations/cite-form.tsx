"use client";

import { Button, Group, NumberInput, Select, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { LoanSelect } from "@/components/fields/loan-select";
import { refusalsByField } from "@/components/fields/refusals";
import { SaveProblem } from "@/components/save-problem";
import { useFormats } from "@/format/formats";

import { documentQuery } from "../records/api/documents";
import { cite, citedLoanQuery } from "./api/citations";
import { CITABLE_FIELDS, valueAt, valueWords } from "./citable-fields";
import { CitedDocument } from "./cited-document";
import { PageWords } from "./page-words";

/** What is known before: the loan on whose page one is, or the document, and then perhaps a loan that it is about. */
export interface CiteFrom {
  readonly loanId?: string;
  readonly documentId?: string;
  /** The version that was looked at: another one is never cited in its place. */
  readonly number?: number;
  readonly page?: number;
  readonly quote?: string;
}

/** Says where a term of a loan is written: on which page of which document, in which words. */
export function CiteForm({ from, onEnd }: { from: CiteFrom; onEnd: () => void }) {
  const client = useQueryClient();
  const formats = useFormats();
  const form = useForm({
    initialValues: {
      loanId: from.loanId ?? null,
      field: null as string | null,
      documentId: from.documentId ?? null,
      page: from.page ?? 1,
      quote: from.quote ?? "",
    },
    validate: {
      loanId: (value) => (value === null ? "Choose a loan" : null),
      field: (value) => (value === null ? "Choose a term" : null),
      documentId: (value) => (value === null ? "Choose a document" : null),
      quote: (value) => (value.trim() === "" ? "Enter the words that say it" : null),
    },
  });
  const { loanId, field, documentId, page, quote } = form.values;
  const loan = useQuery({ ...citedLoanQuery(loanId ?? ""), enabled: loanId !== null });
  const document = useQuery({ ...documentQuery(documentId ?? ""), enabled: documentId !== null });
  const number = from.number ?? document.data?.current ?? null;
  const version = document.data?.versions.find((each) => each.number === number);
  const citing = useMutation({
    mutationFn: () =>
      cite(client, {
        loanId: loanId ?? "",
        field: field ?? "",
        value: loan.data === undefined ? null : valueAt(loan.data, field ?? ""),
        documentId: documentId ?? "",
        number: number ?? 1,
        page,
        quote: quote.trim(),
      }),
    onSuccess: onEnd,
    onError: (error) => form.setErrors(refusalsByField(error)),
  });
  const words = (path: string) =>
    loan.data === undefined ? "" : valueWords(path, valueAt(loan.data, path), formats);
  const said = ["field", "page", "quote", from.documentId === undefined ? "documentId" : "loanId"];
  return (
    <form onSubmit={form.onSubmit(() => citing.mutate())} noValidate>
      <Stack gap="sm">
        {from.documentId !== undefined && (
          <LoanSelect
            required
            value={loanId}
            error={form.errors.loanId}
            onChange={(id) => form.setFieldValue("loanId", id)}
          />
        )}
        <Select
          label="Term"
          required
          searchable
          placeholder="Maturity, rate, borrower …"
          data={CITABLE_FIELDS.map(({ field: value, label }) => ({ value, label }))}
          description={field === null ? undefined : `The loan says ${words(field)}`}
          {...form.getInputProps("field")}
        />
        {from.documentId === undefined && (
          <CitedDocument
            loanId={loanId}
            value={documentId}
            error={form.errors.documentId}
            onChange={(id) => form.setFieldValue("documentId", id)}
          />
        )}
        <NumberInput
          label="Page"
          required
          min={1}
          max={version?.pages ?? 10_000}
          allowDecimal={false}
          w={120}
          value={page}
          error={form.errors.page}
          onChange={(value) => typeof value === "number" && form.setFieldValue("page", value)}
        />
        {documentId !== null && (
          <PageWords
            documentId={documentId}
            page={page}
            onWords={(words) => form.setFieldValue("quote", words)}
          />
        )}
        <Textarea
          label="Quote"
          description="The words as they stand on the page."
          required
          autosize
          minRows={2}
          maxRows={6}
          maxLength={2000}
          {...form.getInputProps("quote")}
        />
        <SaveProblem problem={citing.error} fields={said} />
        <Text size="sm" c="dimmed">
          Another person confirms it. It goes out of date when the term or the document changes.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            Cancel
          </Button>
          <Button type="submit" loading={citing.isPending || loan.isLoading || document.isLoading}>
            Cite
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
