/**
 * How Grafana finds the data source and the boards. Address, database and user come from its environment,
 * the password from a file: Grafana puts both in when it reads this, so nothing here is a secret.
 */
import { DATA_SOURCE } from "./influxql.ts";

/** Where `deploy/compose.yaml` lays the boards and the secret. */
const BOARDS = "/var/lib/grafana/dashboards";
const PASSWORD_FILE = "/run/secrets/grafana-influx-password";

export const dataSources = {
  apiVersion: 1,
  datasources: [
    {
      name: "gridwarden",
      ...DATA_SOURCE,
      access: "proxy",
      isDefault: true,
      editable: false,
      url: "$INFLUX_URL",
      user: "$INFLUX_USER",
      jsonData: { dbName: "$INFLUX_DATABASE", httpMode: "GET", timeInterval: "15s" },
      secureJsonData: { password: `$__file{${PASSWORD_FILE}}` },
    },
  ],
} as const;

export const boardProviders = {
  apiVersion: 1,
  providers: [
    {
      name: "gridwarden",
      orgId: 1,
      folder: "gridwarden",
      folderUid: "gridwarden",
      type: "file",
      disableDeletion: true,
      allowUiUpdates: false,
      updateIntervalSeconds: 30,
      options: { path: BOARDS },
    },
  ],
} as const;
