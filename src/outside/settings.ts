/** How the operator's machine looks at the world. */
export interface LookSettings {
  /** Name servers to ask instead of the system's. */
  readonly dns?: readonly string[];
  /** PEM file of further trust roots. */
  readonly caFile?: string;
  /** Signing keys that the server is known to have: key id → unpadded base64. */
  readonly recordedKeys?: Readonly<Record<string, string>>;
  /** Milliseconds for one look. */
  readonly timeout: number;
}
