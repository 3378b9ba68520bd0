import type { ConversationState, HandOver, ReplyDraft, Trail } from '@switchyard/contracts';
import { intentsOf } from '../conversation/remember.js';

export interface HandingOver {
  readonly draft: Pick<ReplyDraft, 'conversation' | 'error'>;
  /** With what the tier that hands over has learned. */
  readonly trail: Pick<Trail, 'intent' | 'intents' | 'rules'>;
  /** The conversation as it was before the message. */
  readonly state: Pick<ConversationState, 'flow' | 'earlier'>;
  /** What the customer said. */
  readonly said: string | undefined;
  readonly keywordsOf: (text: string) => readonly string[];
}

/**
 * What a person who takes over should know, whichever tier hands over and for whatever reason: from what the transport
 * carries, and over it what the tier knows better.
 */
export function noteHandOver({ draft, trail, state, said, keywordsOf }: HandingOver): HandOver {
  const known = draft.conversation?.handOver;
  const rule = trail.rules.at(-1);
  const reason = known?.reason ?? draft.error?.code;
  const flow = known?.flow ?? state.flow?.flow;
  const slots = { ...state.flow?.slots, ...known?.slots };
  return {
    intents: known?.intents ?? intentsOf(trail),
    keywords: known?.keywords ?? (said === undefined ? [] : [...keywordsOf(said)]),
    ...(rule === undefined ? {} : { rule }),
    ...(reason === undefined ? {} : { reason }),
    ...(flow === undefined ? {} : { flow }),
    ...(Object.keys(slots).length === 0 ? {} : { slots }),
    ...(state.earlier === undefined ? {} : { earlier: state.earlier }),
  };
}
