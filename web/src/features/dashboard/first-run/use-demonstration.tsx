import { List } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { demonstrationQuery, isUnderWay, type Demonstration } from "./api/demonstration";

/** The demonstration; once services are done with it everything on screen is asked for anew, and what stays is told. */
export function useDemonstration(): Demonstration | undefined {
  const queries = useQueryClient();
  const { data } = useQuery(demonstrationQuery);
  const before = useRef(data);
  useEffect(() => {
    if (isUnderWay(before.current) && data !== undefined && !isUnderWay(data)) {
      void queries.invalidateQueries();
      if (before.current?.presence === "leaving" && data.refused.length === 0) tell(data);
    }
    before.current = data;
  }, [data, queries]);
  return data;
}

/** What services say that they left, a sentence each. */
export const staying = ({ steps }: Demonstration): string[] => steps.flatMap(({ objections }) => objections);

function tell(demonstration: Demonstration): void {
  const left = staying(demonstration);
  if (left.length === 0) {
    notifications.show({ message: "Sample data removed." });
    return;
  }
  notifications.show({
    title: "Sample data removed. This stays:",
    autoClose: false,
    message: (
      <List size="sm">
        {left.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
    ),
  });
}
