// What must not be written where it stays: logs, notifications.

const TOKEN = /\b(token=)[^\s&#"']+/gi;

/** A text without the tokens of the addresses in it. */
export function withoutTokens(text: string): string {
    return text.replace(TOKEN, '$1***');
}
