export function hostKeys(_: unknown): void {}
