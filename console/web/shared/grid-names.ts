/** Grids of a patrol area as a person types them: names or first digits of cells, commas or lines between. Pure. */
export const gridsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,，、;；\n]/)
      .map((grid) => grid.trim())
      .filter((grid) => grid !== ""),
  ),
];
