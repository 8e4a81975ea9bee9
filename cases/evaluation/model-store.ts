/**
 * Score models of the city as rows: every version that was put stays, and a period keeps the one that
 * stood at its end. A model that was put later counts for older periods by its first version.
 */
import type { Instant } from "../../model/clock.ts";
import type { Migration, Sql } from "../../model/database.ts";
import { GridwardenError } from "../../model/errors.ts";
import { nearestName } from "../../model/nearest-name.ts";
import { ScoreModel } from "../../model/score-model.ts";
import { SHIPPED_MODELS } from "./score-models.ts";

export const modelMigration: Migration = {
  id: "cases-0041-score-models",
  statements: [
    `create table score_models (
      model_id text not null,
      version integer not null,
      body text not null,
      changed_at bigint not null,
      changed_by text not null,
      primary key (model_id, version)
    )`,
  ],
};

export interface KeptModel {
  modelId: string;
  /** 0: as it was shipped. */
  version: number;
  model: ScoreModel;
  changedAt?: Instant;
  changedBy?: string;
}

interface Row {
  modelId: string;
  version: number;
  body: string;
  at: number;
  by: string;
}

const COLUMNS = `model_id as "modelId", version, body, changed_at as at, changed_by as by`;

const toKept = ({ modelId, version, body, at, by }: Row): KeptModel => ({
  ...{ modelId, version, model: ScoreModel.parse(JSON.parse(body)) },
  ...{ changedAt: at, changedBy: by },
});

/** By name, each as it stands. */
export async function listModels(sql: Sql): Promise<KeptModel[]> {
  const rows = await sql.all<Row>(
    `select ${COLUMNS} from score_models m where version =
       (select max(version) from score_models n where n.model_id = m.model_id)`,
  );
  const own = new Map(rows.map((row) => [row.modelId, toKept(row)]));
  for (const [modelId, model] of Object.entries(SHIPPED_MODELS)) {
    if (!own.has(modelId)) own.set(modelId, { modelId, version: 0, model });
  }
  return [...own.values()].sort((a, b) => (a.modelId < b.modelId ? -1 : 1));
}

/** The version that stood at that time. @throws GridwardenError REQUEST_INVALID, with the nearest name */
export async function modelAt(sql: Sql, modelId: string, at: Instant): Promise<KeptModel> {
  const rows = await sql.all<Row>(
    `select ${COLUMNS} from score_models where model_id = ? order by version`,
    [modelId],
  );
  const shipped = Object.entries(SHIPPED_MODELS).find(([name]) => name === modelId)?.[1];
  const stood = rows.findLast((row) => row.at < at);
  if (stood !== undefined) return toKept(stood);
  if (shipped !== undefined) return { modelId, version: 0, model: shipped };
  const [first] = rows;
  if (first !== undefined) return toKept(first);
  const names = (await listModels(sql)).map((each) => each.modelId);
  const meant = nearestName(modelId, names);
  const hint = meant === undefined ? "" : `; did you mean '${meant}'?`;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'model': no score model is called '${modelId}'; there are ${names.join(", ")}${hint}`,
  );
}

/** @throws GridwardenError TABLE_VERSION_CONFLICT */
export async function putModel(
  tx: Sql,
  modelId: string,
  model: ScoreModel,
  { by, now, version }: { by: string; now: Instant; version?: number | undefined },
): Promise<KeptModel> {
  const row = await tx.get<{ last: number | null }>(
    "select max(version) as last from score_models where model_id = ?",
    [modelId],
  );
  const stands = row?.last ?? 0;
  if (version !== undefined && version !== stands) {
    throw new GridwardenError(
      "TABLE_VERSION_CONFLICT",
      `score model '${modelId}' is at version ${stands}, you changed version ${version}; read it again`,
    );
  }
  await tx.run(
    `insert into score_models (model_id, version, body, changed_at, changed_by)
     values (?, ?, ?, ?, ?)`,
    [modelId, stands + 1, JSON.stringify(model), now, by],
  );
  return { modelId, version: stands + 1, model, changedAt: now, changedBy: by };
}
