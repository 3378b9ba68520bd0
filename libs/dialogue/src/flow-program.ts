import type { FlowState, ReplyLanguage, Slots } from '@switchyard/contracts';
import type { Condition, SlotDefinition, Text } from '@switchyard/site';

/**
 * A flow as a flat list: `if`, `goto` and error branches are jumps to an index, so that where a conversation
 * stands is one number. `path` is the step in the user's file (`steps[2].then[0]`), for problems and records.
 */
export type Instruction =
  | { readonly op: 'ask'; readonly path: string; readonly slot: string; readonly question: Text; readonly retry: Text | undefined; readonly tries: number }
  | {
      readonly op: 'call';
      readonly path: string;
      readonly tool: string;
      readonly with: Readonly<Record<string, string>>;
      /** The arguments are those that the state keeps, as the customer agreed to them; see `confirmationOf`. */
      readonly asAgreed?: true;
      readonly save: string | undefined;
      /** Name of the tool's error -> where to go on; `any` stands for the rest. */
      readonly onError: Readonly<Record<string, number>>;
    }
  | { readonly op: 'confirm'; readonly path: string; readonly question: Text; readonly declined: Text }
  | { readonly op: 'branch'; readonly path: string; readonly when: Condition; readonly otherwise: number }
  | { readonly op: 'say'; readonly path: string; readonly text: Text }
  | { readonly op: 'clear'; readonly path: string; readonly slot: string }
  | { readonly op: 'jump'; readonly path: string; readonly to: number }
  | { readonly op: 'hand_over'; readonly path: string; readonly reason: string; readonly text: Text | undefined }
  | { readonly op: 'end'; readonly path: string };

export interface FlowProgram {
  readonly name: string;
  readonly instructions: readonly Instruction[];
  /** Slots that the flow asks for or names in a template or condition. */
  readonly slots: ReadonlySet<string>;
  /** Words of the flow's own that leave it. */
  readonly leave: readonly string[];
}

/** One message of the customer, as a flow sees it. */
export interface FlowInput {
  readonly text: string;
  /** Slots that were found in this message. */
  readonly slots: Slots;
  /** How the flow's slots are defined; see `slotsOfFlow`. */
  readonly definitions: Readonly<Record<string, SlotDefinition>>;
  readonly language: ReplyLanguage;
  /** What the mesh said last, before this message. A yes counts only where that ended with the confirmation; undefined: nothing is known to have been said. */
  readonly lastSaid: string | undefined;
}

/** A tool call that the flow waits for. `at` is the instruction's index: part of the call's idempotency key. */
export interface FlowCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly at: number;
  /** Whether the customer has said yes to a `confirm` of this run; a tool with an effect is never called without. */
  readonly confirmed: boolean;
}

interface Said {
  /** All that the customer is to read, in order, from the start of this message on. */
  readonly say: readonly string[];
  readonly state: FlowState;
}

/** Where a flow stopped, and what it needs to go on. */
export type FlowStepResult =
  | (Said & { readonly kind: 'ask'; readonly slot: string })
  | (Said & { readonly kind: 'confirm' })
  | (Said & { readonly kind: 'call'; readonly call: FlowCall })
  | (Said & { readonly kind: 'ended'; readonly reason: 'done' | 'declined' | 'left' })
  /** `reason` is recorded: the flow's own, or `tries`, `calls_failed`, `steps_exhausted`. `spoken`: the flow has a text of its own for it. */
  | (Said & { readonly kind: 'hand_over'; readonly reason: string; readonly spoken: boolean });
