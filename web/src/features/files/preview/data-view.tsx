"use client";

import { Button, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "./preview.module.css";

const FEW = 100;
const MOST_TABS = 5;

/** The first rows of a workbook's sheets, or of a table. */
export function SheetsView({ sheets }: { sheets: readonly Schemas["SheetPreview"][] }) {
  const names = sheets.map(({ name }, place) => ({ value: String(place), label: name || "Table" }));
  const [chosen, setChosen] = useState("0");
  const sheet = sheets[Number(chosen)];
  return (
    <div className={classes.frame}>
      {names.length > MOST_TABS ? (
        <Select
          label="Sheet"
          data={names}
          value={chosen}
          allowDeselect={false}
          maw={320}
          onChange={(value) => setChosen(value ?? "0")}
        />
      ) : (
        names.length > 1 && (
          <SegmentedControl aria-label="Sheet" data={names} value={chosen} onChange={setChosen} />
        )
      )}
      {sheet !== undefined && <SheetView key={chosen} sheet={sheet} />}
    </div>
  );
}

function SheetView({ sheet }: { sheet: Schemas["SheetPreview"] }) {
  const formats = useFormats();
  const [all, setAll] = useState(false);
  const columns = sheet.rows.reduce((most, cells) => Math.max(most, cells.length), 0);
  const rows = all ? sheet.rows : sheet.rows.slice(0, FEW);
  return (
    <>
      <div className={classes.scroller} tabIndex={0} role="region" aria-label={`Sheet ${sheet.name}`}>
        <table className={classes.table} aria-label={sheet.name || "Table"}>
          <tbody>
            {rows.map((cells, row) => (
              <tr key={row}>
                <th scope="row">{row + 1}</th>
                {Array.from({ length: columns }, (_, column) => (
                  <td key={column}>{cells[column]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length < sheet.rows.length && (
        <Button size="xs" variant="default" onClick={() => setAll(true)} style={{ alignSelf: "start" }}>
          {`Show ${count(sheet.rows.length, formats)} rows`}
        </Button>
      )}
      {!sheet.whole && (
        <Text size="sm" c="dimmed">
          {`The first ${count(sheet.rows.length, formats)} rows. Download the file for all of it.`}
        </Text>
      )}
    </>
  );
}

/** A mail: who wrote what to whom, and what is attached. */
export function MailView({ mail }: { mail: Schemas["MailPreview"] }) {
  return (
    <Stack gap="xs">
      <Text fw={600} style={{ overflowWrap: "anywhere" }}>
        {mail.subject}
      </Text>
      {[
        ["From", mail.sender],
        ["To", mail.recipients],
        ["Sent", mail.sent],
        ["Attached", mail.attachments.join(", ")],
      ]
        .filter(([, value]) => value !== "")
        .map(([label, value]) => (
          <Text key={label} size="sm" style={{ overflowWrap: "anywhere" }}>
            <Text span c="dimmed" inherit>{`${label}: `}</Text>
            {value}
          </Text>
        ))}
      <TextView text={mail.text} label="Mail" />
    </Stack>
  );
}

/** Text as it is, without anything that a browser would fetch or run. */
export function TextView({ text, label }: { text: string; label: string }) {
  return (
    <div className={classes.scroller} tabIndex={0} role="region" aria-label={label}>
      <pre className={classes.text}>{text}</pre>
    </div>
  );
}
