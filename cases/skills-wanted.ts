/**
 * What a crew must be able to do for a row of the filing table, as crews name it in their `skills`.
 * House default after what the work is: gas, wells and sewers (有限空间作业), work at height (登高作业),
 * electricity (电工); a city's own list takes its place. A row that is not here asks for nothing.
 */
type CrewSkill = "gas" | "confined-space" | "height" | "electrical";

const SKILLS_WANTED: Readonly<Record<string, readonly CrewSkill[]>> = {
  "gas-leak-fence": ["gas"],
  "gas-leak-repair": ["gas"],
  "lpg-smell": ["gas"],
  "regulator-damaged": ["gas"],
  "sewer-level": ["confined-space"],
  "sewer-pipe-break": ["confined-space"],
  "lamp-off": ["height", "electrical"],
  "pole-leakage": ["electrical"],
  "feeder-outage": ["electrical"],
  "feeder-leakage": ["electrical"],
  "pump-failure": ["electrical"],
};

export const skillsWanted = (conditionId: string): readonly CrewSkill[] =>
  SKILLS_WANTED[conditionId] ?? [];
