/** A stand-in for the doors at which other platforms push. */
import { GridwardenError } from "../model/errors.ts";
import type { Doubles } from "./doubles.ts";
import type { IntakesDoor } from "./intake-door.ts";

export function intakesDouble(asked: Doubles["asked"]): IntakesDoor {
  const refuse = (): never => {
    throw new GridwardenError("INTAKE_REFUSED", "no intake has this secret");
  };
  return {
    list: () => ({ items: [{ intakeId: "covers", format: "ctwing" }] }),
    async put(intake, wish) {
      asked.push({ what: "intakes.put", with: { intake, wish } });
      return wish.secret === undefined ? "made" : undefined;
    },
    async remove(intakeId) {
      asked.push({ what: "intakes.remove", with: intakeId });
    },
    async take(format, said) {
      asked.push({ what: "intakes.take", with: { format, said } });
      if (said.query.key !== "right") refuse();
    },
    challenge: (_format, { query }) => (query.signature === "right" ? (query.msg ?? "") : refuse()),
  };
}
