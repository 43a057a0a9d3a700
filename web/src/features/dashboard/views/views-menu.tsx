"use client";

import { Button, Menu, Text } from "@mantine/core";
import {
  IconBookmark,
  IconCheck,
  IconDeviceFloppy,
  IconPencil,
  IconPlus,
  IconTrash,
  IconUsers,
  IconX,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useState } from "react";

import { useMay, useMe } from "@/api/me";
import { writeSearch } from "@/components/address";

import { type SavedView, searchOfView, type ViewPage, viewQuery, viewsQuery } from "./api/views";
import { useViewDeeds } from "./use-view-deeds";
import { ViewForm } from "./view-form";

/** The filters of a page under a name: open one, keep these, change, share or delete one. */
export function ViewsMenu({ page }: { page: ViewPage }) {
  const search = useSearchParams();
  const { member } = useMe();
  const mayShare = useMay("portfolio.write");
  // Not before somebody looks, or one is open.
  const [looked, setLooked] = useState(false);
  const { data } = useQuery({ ...viewsQuery(page), enabled: looked || search.get("view") !== null });
  const deeds = useViewDeeds(page);
  const [form, setForm] = useState<"new" | SavedView | null>(null);

  const views = data?.items ?? [];
  const query = viewQuery(page, new URLSearchParams(search));
  const current = views.find(({ id }) => id === search.get("view"));
  const changed = current !== undefined && !sameQuery(page, current.query, query);
  const mine = views.filter(({ owner }) => owner === member.id);
  const others = views.filter(({ owner }) => owner !== member.id);
  const mayChange =
    current !== undefined &&
    (current.owner === member.id || (current.shared && member.role === "administrator"));

  return (
    <>
      <Menu position="bottom-end" width={280} shadow="md" onOpen={() => setLooked(true)}>
        <Menu.Target>
          <Button
            size="compact-sm"
            variant={current ? "light" : "default"}
            radius="xl"
            fw={500}
            maw={260}
            className="no-print"
            leftSection={<IconBookmark size={14} aria-hidden />}
            title={current?.name}
          >
            {current === undefined ? "Views" : `${current.name}${changed ? " (changed)" : ""}`}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah="70dvh" style={{ overflowY: "auto" }}>
          <Views label="Your views" views={mine} current={current} />
          <Views label="Shared with you" views={others} current={current} />
          {data !== undefined && views.length === 0 && (
            <Text size="sm" c="dimmed" px="sm" py={6}>
              Keep the filters that you use often under a name.
            </Text>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setForm("new")}>
            Save as a new view…
          </Menu.Item>
          {mayChange && (
            <>
              <Menu.Divider />
              <Menu.Label>{current.name}</Menu.Label>
              <Menu.Item
                disabled={!changed}
                leftSection={<IconDeviceFloppy size={16} aria-hidden />}
                onClick={() => deeds.change(current, { query })}
              >
                Overwrite with these filters
              </Menu.Item>
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setForm(current)}>
                Rename…
              </Menu.Item>
              {mayShare && (
                <Menu.Item
                  leftSection={<IconUsers size={16} aria-hidden />}
                  onClick={() => deeds.change(current, { shared: !current.shared })}
                >
                  {current.shared ? "Stop sharing it" : "Share with the organization"}
                </Menu.Item>
              )}
              <Menu.Item
                color="red"
                leftSection={<IconTrash size={16} aria-hidden />}
                onClick={() => deeds.forget(current)}
              >
                Delete
              </Menu.Item>
            </>
          )}
          {current !== undefined && (
            <Menu.Item
              leftSection={<IconX size={16} aria-hidden />}
              onClick={() => writeSearch({ view: null })}
            >
              Close the view, keep the filters
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ViewForm view={form} page={page} query={query} onClose={() => setForm(null)} />
    </>
  );
}

function Views({
  label,
  views,
  current,
}: {
  label: string;
  views: readonly SavedView[];
  current: SavedView | undefined;
}) {
  if (views.length === 0) return null;
  return (
    <>
      <Menu.Label>{label}</Menu.Label>
      {views.map((view) => (
        <Menu.Item
          key={view.id}
          leftSection={
            view.id === current?.id ? (
              <IconCheck size={16} aria-label="Open:" />
            ) : (
              <span style={{ width: 16 }} />
            )
          }
          rightSection={view.shared ? <IconUsers size={14} aria-label="shared" /> : null}
          onClick={() => openView(view)}
        >
          <Text size="sm" truncate title={view.name}>
            {view.name}
          </Text>
        </Menu.Item>
      ))}
    </>
  );
}

/** Show a view: its filters take the place of all others. */
function openView(view: SavedView): void {
  window.history.pushState(null, "", `${window.location.pathname}?${searchOfView(view)}`);
}

const sameQuery = (page: ViewPage, one: string, other: string): boolean =>
  viewQuery(page, new URLSearchParams(one)) === other;
