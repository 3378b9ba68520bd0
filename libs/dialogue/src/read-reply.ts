import type { FlowState, Slots, SlotValue } from '@switchyard/contracts';
import type { SlotDefinition } from '@switchyard/site';
import type { FlowInput, FlowProgram } from './flow-program.js';
import { leavesFlow } from './leave-words.js';
import { onlyDeclines, readCorrection } from './read-correction.js';
import { beginsWithYes, readYesNo } from './read-yes-no.js';

/** What a message means to the question that a flow has asked. */
export type FlowReply =
  | { readonly kind: 'leave' }
  | { readonly kind: 'filled'; readonly slots: Slots }
  /** A slot that had a value is given another one. */
  | { readonly kind: 'corrected'; readonly slots: Slots }
  | { readonly kind: 'yes' | 'no' }
  | { readonly kind: 'unusable' };

/** The slot that is expected, or undefined where the flow waits for something else. */
export function expectedSlot(state: FlowState): string | undefined {
  return state.expects.startsWith('slot:') ? state.expects.slice('slot:'.length) : undefined;
}

function readTextSlot(text: string, definition: Extract<SlotDefinition, { kind: 'text' }>): SlotValue | undefined {
  const value = text.trim();
  const length = Array.from(value).length;
  return length >= definition.minLength && length <= definition.maxLength ? { value, raw: text } : undefined;
}

/** The program's slots among those found, without the ones that say what is known already. */
function newSlots(program: FlowProgram, state: FlowState, found: Slots): Slots {
  return Object.fromEntries(Object.entries(found).filter(([name, slot]) => program.slots.has(name) && state.slots[name]?.value !== slot.value));
}

/**
 * Reads a message as the reply to what the flow asked. A value goes before a leave word ("never mind that one,
 * it's HG20260003"), except where the message is nothing but leaving; a plain yes goes before a number in it.
 */
export function readReply(program: FlowProgram, state: FlowState, input: FlowInput): FlowReply {
  const slot = expectedSlot(state);
  if (slot === undefined) return readConfirmation(program, state, input);

  const definition = input.definitions[slot];
  if (definition?.kind === 'text') {
    if (leavesFlow(input.text, { own: program.leave, at: 'text' })) return { kind: 'leave' };
    const value = readTextSlot(input.text, definition);
    return value ? { kind: 'filled', slots: { [slot]: value } } : { kind: 'unusable' };
  }
  const found = newSlots(program, state, input.slots);
  const corrected = Object.keys(found).some((name) => state.slots[name] !== undefined);
  if (corrected) return { kind: 'corrected', slots: found };
  if (input.slots[slot]) return { kind: 'filled', slots: found };
  if (leavesFlow(input.text, { own: program.leave, at: 'slot' })) return { kind: 'leave' };
  return { kind: 'unusable' };
}

/** The text slots that the flow asks for: those that a correction in plain words may mean. */
function textSlots(program: FlowProgram, input: FlowInput): string[] {
  const asked = new Set(program.instructions.flatMap((one) => (one.op === 'ask' ? [one.slot] : [])));
  return [...asked].filter((name) => input.definitions[name]?.kind === 'text');
}

/** The words of the question in all its languages, without the values, which are the customer's and name no deed. */
function askedText(program: FlowProgram, state: FlowState): string | undefined {
  const instruction = program.instructions[state.at];
  return instruction?.op === 'confirm' ? `${instruction.question.zh}\n${instruction.question.en}`.replaceAll(/\{\{.*?\}\}/g, ' ') : undefined;
}

/** The message without the values that are known already: "yes, HG20260001" only repeats what was shown. */
function withoutKnown(state: FlowState, input: FlowInput): string {
  const repeated = Object.entries(input.slots).filter(([name, slot]) => input.definitions[name]?.kind === 'pattern' && state.slots[name]?.value === slot.value);
  return repeated.reduce((text, [, slot]) => (slot.raw === '' ? text : text.replace(slot.raw, ' ')), input.text);
}

function readConfirmation(program: FlowProgram, state: FlowState, input: FlowInput): FlowReply {
  const agreement = readYesNo(withoutKnown(state, input), askedText(program, state));
  const changes = Object.entries(newSlots(program, state, input.slots)).filter(([name]) => {
    const kind = input.definitions[name]?.kind;
    // "Yes, within 3 days" names no other quantity, and free text was not asked for here.
    return kind === 'pattern' || kind === 'choice' || (kind !== undefined && kind !== 'text' && !beginsWithYes(input.text));
  });
  if (changes.length > 0) return { kind: 'corrected', slots: Object.fromEntries(changes) };
  const texts = textSlots(program, input);
  // Where a text can be corrected, a no with more words behind it may be that, and ends nothing.
  if (texts.length > 0) return agreement === 'yes' ? { kind: 'yes' } : onlyDeclines(input.text, program.leave) ? { kind: 'no' } : readTextCorrection(texts, state, input);
  if (leavesFlow(input.text, { own: program.leave, at: 'confirm' })) return { kind: 'no' };
  return agreement === 'unclear' ? { kind: 'unusable' } : { kind: agreement };
}

function readTextCorrection(texts: readonly string[], state: FlowState, input: FlowInput): FlowReply {
  const [name, ...others] = texts;
  const definition = name === undefined ? undefined : input.definitions[name];
  if (name === undefined || others.length > 0 || definition?.kind !== 'text') return { kind: 'unusable' };
  const words = readCorrection(input.text);
  const value = words === undefined ? undefined : readTextSlot(words, definition);
  return value && value.value !== state.slots[name]?.value ? { kind: 'corrected', slots: { [name]: value } } : { kind: 'unusable' };
}
