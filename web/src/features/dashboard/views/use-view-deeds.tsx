"use client";

import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { writeSearch } from "@/components/address";

import {
  changeView,
  createView,
  forgetView,
  type SavedView,
  type ViewDraft,
  type ViewPage,
} from "./api/views";

export interface ViewDeeds {
  readonly change: (view: SavedView, change: Partial<ViewDraft>) => void;
  readonly forget: (view: SavedView) => void;
}

const draftOf = ({ name, page, query, shared }: SavedView): ViewDraft => ({ name, page, query, shared });

/** What can be done with a view without a form; what is deleted can be brought back. */
export function useViewDeeds(page: ViewPage): ViewDeeds {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ["views", page] });
  const onError = async ({ message }: Error) => {
    notifications.show({ color: "red", title: "The view stays as it was", message });
    await refresh();
  };
  const change = useMutation({
    mutationFn: ({ view, to }: { view: SavedView; to: Partial<ViewDraft> }) =>
      changeView(view, { ...draftOf(view), ...to }),
    onSuccess: refresh,
    onError,
  });
  const restore = useMutation({
    mutationFn: (view: SavedView) => createView(draftOf(view)),
    onSuccess: async (view) => {
      await refresh();
      writeSearch({ view: view.id });
    },
    onError,
  });
  const forget = useMutation({
    mutationFn: forgetView,
    onSuccess: async (_nothing, view) => {
      writeSearch({ view: null });
      await refresh();
      const id = notifications.show({
        message: (
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm" truncate>{`The view ${view.name} has been deleted.`}</Text>
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => {
                notifications.hide(id);
                restore.mutate(view);
              }}
            >
              Undo
            </Button>
          </Group>
        ),
        autoClose: 10_000,
      });
    },
    onError,
  });
  return {
    change: (view, to) => change.mutate({ view, to }),
    forget: (view) => forget.mutate(view),
  };
}
