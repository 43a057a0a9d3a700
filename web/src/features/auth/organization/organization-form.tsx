"use client";

import { Button, Group, NativeSelect, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import type { Schemas } from "@/api/client";
import { meQuery } from "@/api/me";
import { Surface } from "@/components/surface";
import { useSaving } from "@/components/use-saving";
import { word } from "@/format/format";
import { timeZones } from "@/format/time-zones";

import { changeOrganization, organizationQuery } from "./api/organization";
import { currencies, locales, ORGANIZATION_KINDS } from "./choices";

const KINDS = ORGANIZATION_KINDS.map((kind) => ({ value: kind, label: word(kind) }));

const FIELDS = [
  ...["name", "kind", "website", "taxId", "billingEmail", "phone"],
  ...["street", "city", "state", "postalCode", "country"].map((part) => `address.${part}`),
  ...["currency", "timezone", "locale"].map((part) => `settings.${part}`),
];

export function OrganizationForm({ organization }: { organization: Schemas["Organization"] }) {
  const queries = useQueryClient();
  const form = useForm({ initialValues: fieldsOf(organization) });
  const show = (stored: Schemas["Organization"]) => form.setValues(fieldsOf(stored));
  const { submit, pending, notice } = useSaving<Schemas["Organization"]>({
    version: organization.version,
    save: (version) => changeOrganization(version, form.getValues()),
    latest: () => queries.fetchQuery({ ...organizationQuery, staleTime: 0 }),
    show,
    onSaved: (stored) => {
      show(stored);
      queries.setQueryData(organizationQuery.queryKey, stored);
      notifications.show({ message: "The organization is saved." });
      void queries.invalidateQueries({ queryKey: meQuery.queryKey });
    },
    refuse: form.setErrors,
    fields: FIELDS,
  });
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack gap="lg">
        <Surface title="Profile">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label="Name" required autoComplete="organization" {...form.getInputProps("name")} />
            <NativeSelect label="Kind" data={KINDS} {...form.getInputProps("kind")} />
            <TextInput label="Website" type="url" placeholder="https://" {...form.getInputProps("website")} />
            <TextInput label="Tax id" {...form.getInputProps("taxId")} />
          </SimpleGrid>
        </Surface>
        <Surface title="Contact">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label="Billing email" type="email" {...form.getInputProps("billingEmail")} />
            <TextInput label="Phone" type="tel" {...form.getInputProps("phone")} />
            <TextInput label="Street" {...form.getInputProps("address.street")} />
            <TextInput label="City" {...form.getInputProps("address.city")} />
            <TextInput label="State" {...form.getInputProps("address.state")} />
            <SimpleGrid cols={2}>
              <TextInput label="Postal code" {...form.getInputProps("address.postalCode")} />
              <TextInput
                label="Country"
                placeholder="US"
                {...form.getInputProps("address.country")}
                onChange={(event) =>
                  form.setFieldValue("address.country", event.currentTarget.value.toUpperCase())
                }
              />
            </SimpleGrid>
          </SimpleGrid>
        </Surface>
        <ShownAs form={form} />
        {notice}
        <Group>
          <Button type="submit" loading={pending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function ShownAs({ form }: { form: ReturnType<typeof useForm<Fields>> }) {
  const { currency, timezone, locale } = form.values.settings;
  const choices = useMemo(
    () => ({ currencies: currencies(currency), zones: timeZones(timezone), locales: locales(locale) }),
    [currency, timezone, locale],
  );
  const common = { searchable: true, allowDeselect: false, limit: 100, comboboxProps: { shadow: "md" } };
  return (
    <Surface title="Display">
      <Text size="sm" c="dimmed" mb="sm">
        Amounts are not converted. Nothing here changes what is stored or computed, and each person&apos;s
        screen follows the language and the time zone of their own browser.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Select
          label="Currency"
          data={choices.currencies}
          {...common}
          {...form.getInputProps("settings.currency")}
        />
        <Select
          label="Time zone"
          data={choices.zones}
          {...common}
          {...form.getInputProps("settings.timezone")}
        />
        <Select
          label="Language and region"
          data={choices.locales}
          {...common}
          {...form.getInputProps("settings.locale")}
        />
      </SimpleGrid>
    </Surface>
  );
}

type Fields = ReturnType<typeof fieldsOf>;

function fieldsOf(organization: Schemas["Organization"]) {
  const { name, kind, billingEmail, phone, address, website, taxId, settings } = organization;
  return {
    name,
    kind,
    billingEmail: billingEmail ?? "",
    phone: phone ?? "",
    website: website ?? "",
    taxId: taxId ?? "",
    address: {
      street: address?.street ?? "",
      city: address?.city ?? "",
      state: address?.state ?? "",
      postalCode: address?.postalCode ?? "",
      country: address?.country ?? "",
    },
    settings: { currency: settings.currency, timezone: settings.timezone, locale: settings.locale },
  };
}
