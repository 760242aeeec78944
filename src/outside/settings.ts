/** How the operator's machine looks at the world. */
export interface LookSettings {
  /** Name servers to ask instead of the system's. */
  readonly dns?: readonly string[];
  /** PEM file of further trust roots. */
  readonly caFile?: string;
  /** Milliseconds for one look. */
  readonly timeout: number;
}
