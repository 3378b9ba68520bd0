/** As JSON that does nothing to a terminal: what somebody wrote may hold control characters that JSON lets stand. */
export const terminalJson = (value: unknown): string => JSON.stringify(value).replaceAll(/[\u007f-\u009f]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);

/** A text without what does something to a terminal, or would break its line. */
export const terminalText = (text: string): string => terminalJson(text).slice(1, -1);

/** To the second, in UTC, as the logs have it. */
export const terminalTime = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
