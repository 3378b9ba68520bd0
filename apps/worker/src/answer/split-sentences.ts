/** A text in pieces of about a sentence each; joined they are the text. */
export function splitSentences(text: string): string[] {
  return text.match(/[^。！？!?；;\n]*(?:[。！？!?；;\n]+["”’）)]*\s*|$)/g)?.filter((piece) => piece !== '') ?? [];
}
