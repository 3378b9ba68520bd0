import type { AnsweredBy, ChatCompletion, ChatModel, ChatOptions, ChatRequest } from '@switchyard/contracts';
import { MeshError, type ErrorCode } from '@switchyard/errors';

/** How long a canary that could not answer is left alone. */
const AWAY_MS = 5_000;
/** It is not there. */
const AWAY = new Set<ErrorCode>(['MODEL_UNAVAILABLE', 'MODEL_MISSING']);
/** It is there and does not take this call. */
const REFUSES = new Set<ErrorCode>(['MODEL_OVERLOADED', 'MODEL_REJECTED']);

/** A model, and with it one that a share of the conversations is given. */
export interface ModelWithCanary extends ChatModel {
  /** Its `ready` tells of the canary, and of it alone; the model's own tells of the model. */
  readonly canary: ChatModel;
}

/**
 * Two models as one: a call goes to the one that its `variant` names, and to the model where the canary does not answer it, which
 * `by` of the completion tells. A canary that is away is asked again after some seconds, or once it was found to be ready. What it
 * has begun to say is begun anew by the other only where its pieces were thrown away.
 * @param now milliseconds, for tests. Default: a clock that never goes back.
 */
export function withCanary(model: ChatModel, canary: ChatModel, now: () => number = () => performance.now()): ModelWithCanary {
  let awayUntil = -Infinity;
  const nameOf = ({ model: name, adapter }: ChatModel, variant: AnsweredBy['variant']): AnsweredBy => ({ model: name, ...(adapter === undefined ? {} : { adapter }), variant });
  const ask = async (variant: NonNullable<AnsweredBy['variant']>, request: ChatRequest, options: ChatOptions): Promise<ChatCompletion> => {
    const asked = variant === 'canary' ? canary : model;
    const completion = await asked.complete(request, options);
    return { host: asked.host, ...completion, by: nameOf(asked, variant) };
  };

  const complete = async (request: ChatRequest, options: ChatOptions): Promise<ChatCompletion> => {
    if (options.variant !== 'canary') return ask('base', request, options);
    if (now() < awayUntil) return ask('canary_away', request, options);
    let hasBegun = false;
    const onDelta = (text: string): void => {
      hasBegun = true;
      options.onDelta?.(text);
    };
    try {
      return await ask('canary', request, { ...options, ...(options.onDelta ? { onDelta } : {}) });
    } catch (error) {
      const code = MeshError.is(error) && !options.signal.aborted ? error.code : undefined;
      if (code === undefined || !(AWAY.has(code) || REFUSES.has(code)) || (hasBegun && !options.mayRestart?.())) throw error;
      if (AWAY.has(code)) awayUntil = now() + AWAY_MS;
    }
    return ask('canary_away', request, options);
  };

  const canaryReady = async (signal: AbortSignal): Promise<void> => {
    await canary.ready(signal);
    awayUntil = -Infinity;
  };
  const { adapter, host } = model;
  return { model: model.model, ...(adapter === undefined ? {} : { adapter }), where: 'local', host, complete, ready: (signal) => model.ready(signal), canary: { ...canary, ready: canaryReady } };
}
