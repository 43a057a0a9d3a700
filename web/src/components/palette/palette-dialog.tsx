"use client";

import { Kbd, Modal } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import {
  IconBriefcase,
  IconBuilding,
  IconBuildingBank,
  IconFiles,
  IconFileText,
  IconSearch,
  IconWallet,
  type TablerIcon,
} from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useId, useState } from "react";

import { useMe } from "@/api/me";
import { leaving } from "@/components/leaving";

import { type Command, FIGURES, useDeeds, usePages } from "./commands";
import { PaletteGroup, type Option } from "./palette-group";
import classes from "./palette.module.css";
import { ALL_FOUND, type Kind, KINDS, matches, MOST, type Thing, thingsQuery } from "./things";
import { kindOf, readVisits } from "./visits";

const PAUSE = 120;
const LONGEST = 200;

const ICONS: Readonly<Record<Kind, TablerIcon>> = {
  Loans: IconFileText,
  Properties: IconBuilding,
  Lenders: IconBuildingBank,
  Funds: IconWallet,
  Portfolios: IconBriefcase,
  Documents: IconFiles,
};

/** The command palette: pages, commands, and everything that has a name. */
export function PaletteDialog({
  onClose,
  ...lasting
}: { onClose: () => void } & Parameters<typeof useDeeds>[0]) {
  const router = useRouter();
  const id = useId();
  const { organization } = useMe();
  const [typed, setTyped] = useState("");
  const [picked, setPicked] = useState<string | null>(null);
  const words = typed.trim();
  const [settled] = useDebouncedValue(words, PAUSE);
  const found = useQueries({ queries: KINDS.map((kind) => thingsQuery(kind, settled)) });
  const [visits] = useState(() => readVisits(organization.id));
  const pages = usePages();
  const deeds = useDeeds(lasting);

  const searching = words !== "" && (words !== settled || found.some(({ isLoading }) => isLoading));
  const option = ({ id: own, label, icon, keys, deed }: Command): Option => ({
    id: own,
    label,
    icon,
    keys,
    deed,
  });
  const asked = (commands: readonly Command[]) =>
    commands.filter(({ label, also = "" }) => matches(`${label} ${also}`, words)).map(option);
  const groups = [
    {
      label: "Recent",
      options: words !== "" ? [] : visits.map(({ path, name }) => visited(path, name)),
    },
    { label: "Pages", options: asked(pages) },
    { label: "Actions", options: asked(deeds) },
    { label: "Figures and filters", options: words === "" ? [] : asked(FIGURES) },
    ...KINDS.map((kind, place) => ({
      label: kind as string,
      // Results for earlier words go at once: they would be opened by mistake.
      options: words === settled ? withAll(kind, words, found[place]?.data ?? []) : [],
    })),
  ].filter(({ options }) => options.length > 0);
  const all = groups.flatMap(({ options }) => options);
  const at = Math.max(
    0,
    all.findIndex((one) => one.id === picked),
  );
  const current = all[at];
  const failure = found.find(({ error }) => error !== null)?.error;

  const choose = (chosen: Option, apart = false) => {
    const { deed } = chosen;
    if (typeof deed === "string" && apart) window.open(deed, "_blank", "noopener");
    onClose();
    if (typeof deed !== "string") deed();
    else if (!apart) leaving(() => router.push(deed));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && all.length > 0) {
      event.preventDefault();
      const next = all[(at + step + all.length) % all.length];
      setPicked(next?.id ?? null);
      document.getElementById(`${id}-${next?.id ?? ""}`)?.scrollIntoView({ block: "nearest" });
    }
    if (event.key === "Enter") {
      event.preventDefault();
      if (current !== undefined) choose(current, event.ctrlKey || event.metaKey);
    }
  };

  return (
    <Modal.Root opened onClose={onClose} size="lg" yOffset="8dvh" padding={0}>
      <Modal.Overlay />
      <Modal.Content aria-label="Search and commands">
        <div className={classes.field}>
          <IconSearch size={18} aria-hidden />
          <input
            className={classes.input}
            role="combobox"
            aria-label="Search and commands"
            aria-expanded={all.length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={current === undefined ? undefined : `${id}-${current.id}`}
            aria-autocomplete="list"
            autoComplete="off"
            spellCheck={false}
            maxLength={LONGEST}
            placeholder="Search loans, properties, documents, or type a command"
            // The modal moves the focus a moment after it shows: what is typed until then would be lost.
            ref={focusNow}
            data-autofocus
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setPicked(null);
            }}
            onKeyDown={onKeyDown}
          />
          <Kbd size="xs" aria-hidden>
            Esc
          </Kbd>
        </div>
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label="Results"
          aria-busy={searching}
          className={classes.list}
        >
          {groups.map(({ label, options }) => (
            <PaletteGroup
              key={label}
              id={id}
              label={label}
              options={options}
              current={current?.id}
              onPick={setPicked}
              onChoose={choose}
            />
          ))}
        </div>
        <p role="status" className={classes.status}>
          {searching
            ? "Searching…"
            : failure != null
              ? `The search is incomplete: ${failure.message}`
              : words !== "" && all.length === 0
                ? `No results for “${words}”`
                : words === ""
                  ? "↑ ↓ to choose, Enter to open, Ctrl or ⌘ + Enter for another tab"
                  : `${all.length} found`}
        </p>
      </Modal.Content>
    </Modal.Root>
  );
}

function visited(path: string, name: string): Option {
  const kind = kindOf(path) ?? "";
  const kinds: Readonly<Record<string, Kind>> = {
    Loan: "Loans",
    Property: "Properties",
    Lender: "Lenders",
    Fund: "Funds",
    Portfolio: "Portfolios",
    Document: "Documents",
  };
  return { id: path, label: name, detail: kind, icon: ICONS[kinds[kind] ?? "Loans"], deed: path };
}

function focusNow(input: HTMLInputElement | null) {
  input?.focus({ preventScroll: true });
}

/** The results; below the loans and documents that are shown, a link to all that match. */
function withAll(kind: Kind, words: string, things: readonly Thing[]): Option[] {
  const options = things.map(({ path, name, detail }) => ({
    id: path,
    label: name,
    detail,
    icon: ICONS[kind],
    deed: path,
  }));
  const found = ALL_FOUND[kind];
  if (found === undefined || things.length < MOST) return options;
  const all = {
    id: `all-${kind}`,
    label: `All ${kind.toLowerCase()} with “${words}”`,
    icon: IconSearch,
    deed: found(words),
  };
  return [...options, all];
}
