/**
 * The SDK's types are its own; Grafana reads what `@grafana/schema` says. That our boards are both is checked here
 * by the compiler: with enums as the words and numbers that they stand for, what we write must be what it takes.
 */
import type { Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import type { Dashboard } from "@grafana/schema";
import type { Board } from "./board.ts";
import type { InfluxTarget } from "./influxql.ts";

type Plain<T> = T extends string
  ? `${T}`
  : T extends number
    ? `${T}` extends `${infer Value extends number}`
      ? Value
      : never
    : T extends boolean | null | undefined
      ? T
      : T extends readonly (infer Item)[]
        ? Plain<Item>[]
        : T extends Dataquery
          ? InfluxTarget
          : T extends object
            ? { [Key in keyof T]: Plain<T[Key]> }
            : T;

export type WrittenBoard = Plain<Board>;

/** Does not compile where a board would be no dashboard of Grafana's. */
export const asGrafanaReadsIt = (board: WrittenBoard): Plain<Dashboard> => board;
