import type { FlowState, Slots, SlotValue } from '@switchyard/contracts';
import type { SlotDefinition } from '@switchyard/site';
import type { FlowInput, FlowProgram } from './flow-program.js';
import { leavesFlow } from './leave-words.js';
import { readYesNo } from './read-yes-no.js';

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

function readConfirmation(program: FlowProgram, state: FlowState, input: FlowInput): FlowReply {
  const agreement = readYesNo(input.text);
  const changes = Object.entries(newSlots(program, state, input.slots)).filter(([name]) => {
    const kind = input.definitions[name]?.kind;
    // "Yes, within 3 days" names no other quantity, and free text was not asked for here.
    return kind === 'pattern' || kind === 'choice' || (kind === 'number' && agreement !== 'yes');
  });
  if (changes.length > 0) return { kind: 'corrected', slots: Object.fromEntries(changes) };
  if (leavesFlow(input.text, { own: program.leave, at: 'confirm' })) return { kind: 'no' };
  return agreement === 'unclear' ? { kind: 'unusable' } : { kind: agreement };
}
