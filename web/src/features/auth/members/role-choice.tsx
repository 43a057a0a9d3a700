"use client";

import { Radio, Stack } from "@mantine/core";

import { word } from "@/format/format";

import { MAY, type Role, ROLES } from "./roles";

/** A role, with what it may do. */
export function RoleChoice({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  return (
    <Radio.Group label="Role" value={value} onChange={(chosen) => onChange(chosen as Role)}>
      <Stack gap="xs" mt="xs">
        {ROLES.map((role) => (
          <Radio key={role} value={role} label={word(role)} description={MAY[role]} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
