"use client";

import { Badge } from "@mantine/core";

import Link from "@/components/link";
import { Surface } from "@/components/surface";
import { count, date } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "../records/table.module.css";
import type { IndexView } from "./api/rates";
import { fixingText, freshness } from "./rate-words";

/** The indices with fixings: the last one of each, and how fresh it is. */
export function IndexTable({ indices, chosen }: { indices: readonly IndexView[]; chosen: string | null }) {
  const formats = useFormats();
  return (
    <Surface title="Indices">
      <div className={classes.scroll} role="region" aria-label="Indices" tabIndex={0}>
        <table className={classes.table} aria-label="Indices">
          <thead>
            <tr>
              <th scope="col" data-start>
                Index
              </th>
              <th scope="col">Last fixing</th>
              <th scope="col" data-start>
                Of
              </th>
              <th scope="col" data-start>
                State
              </th>
              <th scope="col">Gaps</th>
              <th scope="col">Outliers</th>
              <th scope="col">Days</th>
              <th scope="col" data-start>
                Since
              </th>
            </tr>
          </thead>
          <tbody>
            {indices.map((index) => (
              <tr key={index.index} data-marked={index.index === chosen || undefined}>
                <th scope="row" data-start>
                  <Link
                    href={`/rates/?index=${index.index}`}
                    aria-current={index.index === chosen || undefined}
                  >
                    {index.name}
                  </Link>
                </th>
                <td>{fixingText(index.index, index.last?.value, formats)}</td>
                <td data-start>{date(index.last?.on, formats)}</td>
                <td data-start>
                  <Badge variant="light" color={index.stale ? "yellow" : "gray"}>
                    {freshness(index)}
                  </Badge>
                </td>
                <td>{count(index.gaps.length, formats)}</td>
                <td>{count(index.outliers.length, formats)}</td>
                <td>{count(index.days, formats)}</td>
                <td data-start>{date(index.first, formats)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Surface>
  );
}
