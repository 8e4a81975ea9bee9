/**
 * An example: Grafana's own alerts as orders of a hotline, so that each firing one is a case for review. Grafana
 * reads `$…` as its environment and `$$` as a dollar, and fills the template in for each notification.
 */

const KEY_FILE = "/run/secrets/grafana-case-key";
const TEMPLATE = "gridwarden.orders";

/** Fields of an order (docs/sources.md#orders-in) and what they are in Grafana's template language. */
const ORDER = {
  externalSystem: `"grafana"`,
  /** The same alert that fires again later is another order. */
  externalNo: `(printf "%s-%d" .Fingerprint .StartsAt.Unix)`,
  title: ".Labels.alertname",
  text: ".Annotations.summary",
  assetId: ".Labels.asset",
} as const;

const fields = Object.entries(ORDER).map(([field, value]) => `    "${field}" ${value}`);
const template = `{{ define "${TEMPLATE}" -}}
{{- $$orders := coll.Slice -}}
{{- range .Alerts.Firing -}}
  {{- $$orders = coll.Append (coll.Dict
${fields.join("\n")}
  ) $$orders -}}
{{- end -}}
{{- $$orders | data.ToJSON -}}
{{- end }}
`;

export const alerting = {
  apiVersion: 1,
  templates: [{ orgId: 1, name: "gridwarden", template }],
  contactPoints: [
    {
      orgId: 1,
      name: "gridwarden",
      receivers: [
        {
          uid: "gridwarden-cases",
          type: "webhook",
          // Only what fires is an order; its case ends by the city's own rules.
          disableResolveMessage: true,
          settings: {
            url: "$GRIDWARDEN_URL/api/v1/hotline/orders",
            httpMethod: "POST",
            username: "grafana",
            password: `$__file{${KEY_FILE}}`,
            maxAlerts: "500",
            payload: { template: `{{ template "${TEMPLATE}" . }}` },
          },
        },
      ],
    },
  ],
} as const;
