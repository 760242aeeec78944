/** Whether questions may be asked: there is a terminal on both sides and nobody said otherwise. */
export function isInteractive(
  stdin: { readonly isTTY?: boolean },
  stdout: { readonly isTTY?: boolean },
  nonInteractive: boolean,
): boolean {
  return !nonInteractive && stdin.isTTY === true && stdout.isTTY === true;
}
