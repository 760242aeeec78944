/** The command that the scripts of templates/completion call; no person does. */
export const COMPLETE = '__complete';
