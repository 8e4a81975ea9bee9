/**
 * Properties are tried with the same inputs in every run, so that a red run is one that anybody can
 * have again; GRIDWARDEN_TEST_SEED tries others (a number, or `random`).
 */
import fc from "fast-check";

const SEED = 20_261_122;
const wanted = process.env.GRIDWARDEN_TEST_SEED ?? String(SEED);

if (wanted !== "random") fc.configureGlobal({ seed: Number(wanted) });
