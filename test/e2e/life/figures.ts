/** Measured values: shown at the end of the run, beside the bounds that are asserted. */
const figures: { readonly what: string; readonly value: string }[] = [];

export const figure = (what: string, value: string): void => {
  figures.push({ what, value });
};

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

export const showFigures = (): void => {
  console.log(figures.map(({ what, value }) => `${value.padStart(14)}  ${what}`).join('\n'));
};
