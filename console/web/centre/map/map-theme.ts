/** The colours of the map: by day on the desk, dark on the wall. Alarms have a shape beside their colour. */
export interface MapTheme {
  ground: string;
  cellLightness: number;
  border: string;
  ink: string;
  paper: string;
  halo: string;
  danger: string;
  alarm: string;
  classes: readonly string[];
  plain: string;
}

export const DAY: MapTheme = {
  ground: "#eaf0f1",
  cellLightness: 0.9,
  border: "#8fa3ab",
  ink: "#13242b",
  paper: "#ffffff",
  halo: "#ffffff",
  danger: "#b8221a",
  alarm: "#c25e00",
  classes: [
    "#0f6c7c",
    "#a87000",
    "#55761f",
    "#7b4fa3",
    "#b3437a",
    "#3567b5",
    "#8a6d3b",
    "#00796b",
    "#5d4bc0",
    "#9a4a2f",
    "#4f6b8a",
    "#6b7a1a",
  ],
  plain: "#7f929a",
};

export const NIGHT: MapTheme = {
  ground: "#0c171d",
  cellLightness: 0.13,
  border: "#3d545f",
  ink: "#e8f1f4",
  paper: "#14232b",
  halo: "#0c171d",
  danger: "#ff5a4f",
  alarm: "#ffab40",
  classes: [
    "#4fc3d9",
    "#e0b040",
    "#9ccc65",
    "#b794f6",
    "#f48fb1",
    "#82b1ff",
    "#d7b98a",
    "#4db6ac",
    "#9fa8ff",
    "#e09678",
    "#90adc6",
    "#c5d14f",
  ],
  plain: "#5d737d",
};

export const classColour = (theme: MapTheme, classIndex: number): string =>
  classIndex < 0 ? theme.plain : (theme.classes[classIndex % theme.classes.length] ?? theme.plain);
