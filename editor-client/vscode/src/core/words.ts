// How modules without VS Code get their words: they are handed its translation.

/** A message in English with {0}, {1}... for its arguments, in the user's language. */
export type Translate = (message: string, ...args: (string | number)[]) => string;

/** The message itself: what is said where nothing translates. */
export const untranslated: Translate = (message, ...args) =>
    message.replace(/\{(\d+)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole));
