/** Synapse refuses longer ones (its registration servlets compare the length with 512 characters). */
const MAXIMUM_CHARACTERS = 512;

/** Why Synapse's own tool could not take this password as it is; undefined when it can. */
export const passwordObjection = (password: string): string | undefined => {
  if (password === '') return 'it is empty';
  if ([...password].length > MAXIMUM_CHARACTERS) return `it is longer than ${MAXIMUM_CHARACTERS} characters`;
  if (password !== password.trim())
    return 'it begins or ends with white space, which register_new_matrix_user strips';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in it
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u001c-\u001f]/.test(password))
    return 'it holds a control character';
  if (!password.isWellFormed()) return 'it is not valid Unicode';
  return undefined;
};
