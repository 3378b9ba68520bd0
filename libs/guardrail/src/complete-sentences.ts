/** Up to the last sentence that is complete. A full stop counts only before a space: "v1.2" and "19.9" go on. */
const COMPLETE = /^[\s\S]*(?:[。！？；\n]["”’）)]*|[.!?;]["”’)]*\s)/;

/** How much of a text that is still being written is whole sentences, in UTF-16 units. */
export const completeSentences = (text: string): number => COMPLETE.exec(text)?.[0].length ?? 0;
