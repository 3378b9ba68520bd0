/** A question with the answers that it offers, where it offers any. */
export interface QuestionForm {
  readonly stem: string;
  readonly choices: readonly string[];
}

const CHOICE = /^([A-Z])[.)]\s*(.*)$/;
/** What ends a question with choices, and belongs to none of them. */
const CALL = /^(?:answer|答案|答)[:：]?$/iu;

/** Parts a question from the choices that stand below it, one a line, marked `A.` or `A)`, beginning with A. */
export function readForm(text: string): QuestionForm {
  const stem: string[] = [];
  const choices: string[] = [];
  for (const line of text.split('\n')) {
    const found = CHOICE.exec(line);
    if (found && (choices.length > 0 || found[1] === 'A')) choices.push(found[2] ?? '');
    else if (choices.length === 0) stem.push(line);
    else if (!CALL.test(line.trim())) choices.push(`${choices.pop() ?? ''} ${line}`);
  }
  return { stem: stem.join('\n'), choices };
}
