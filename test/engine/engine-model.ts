import { LlamaGrammarEvaluationState, type Llama, type LlamaContext, type LlamaContextSequence, type LlamaModel, type Token } from 'node-llama-cpp';

export interface GenerateOptions {
  readonly prompt: string;
  /** JSON Schema that the text must fit, kept by a grammar; `json`: any JSON. */
  readonly format?: 'json' | Readonly<Record<string, unknown>> | undefined;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  /** Aborted: no further token is computed. */
  readonly signal: AbortSignal;
  /** Whole characters, as soon as they are whole. */
  readonly onText: (text: string) => void;
}

export interface Generated {
  readonly finish: 'stop' | 'length';
  readonly tokensIn: number;
  readonly tokensOut: number;
}

/** One call, as the engine saw it. */
export interface EngineCall {
  tokens: number;
  ended?: { readonly how: 'stop' | 'length' | 'aborted' | 'failed'; /** `performance.now()`. */ readonly at: number };
}

/** More calls wait than may. */
export class QueueFull extends Error {}
/** The prompt and what may be generated do not fit in the context. */
export class PromptTooLong extends Error {}

/** Bytes of the longest character: after so many tokens, what is no character will not become one. */
const LONGEST_CHARACTER = 4;

export interface EngineModelOptions {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly slots: number;
  /** Calls that may wait for a slot. */
  readonly queue: number;
  readonly contextTokens: number;
  /** File of a LoRA adapter. */
  readonly adapter?: string | undefined;
}

/** A model with its slots: one sequence each of one context, whose tokens are computed together. */
export class EngineModel {
  /** All calls that got a slot, in their order. */
  readonly calls: EngineCall[] = [];
  /** The call of every token, in the order in which they came. */
  readonly order: EngineCall[] = [];
  readonly #options: EngineModelOptions;
  readonly #context: LlamaContext;
  readonly #free: LlamaContextSequence[];
  readonly #waiting: ((sequence: LlamaContextSequence) => void)[] = [];

  private constructor(options: EngineModelOptions, context: LlamaContext) {
    this.#options = options;
    this.#context = context;
    this.#free = Array.from({ length: options.slots }, () => context.getSequence());
  }

  static async open(options: EngineModelOptions): Promise<EngineModel> {
    const { model, slots, contextTokens, adapter } = options;
    // One thread: on a machine whose cores are busy, two that wait for each other are many times slower.
    const context = await model.createContext({ sequences: slots, contextSize: contextTokens, threads: 1, ...(adapter === undefined ? {} : { lora: adapter }) });
    return new EngineModel(options, context);
  }

  /** Calls that wait for a slot now. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Calls that compute tokens now. */
  get running(): number {
    return this.calls.filter((call) => call.ended === undefined).length;
  }

  /**
   * Computes tokens after the prompt until the model ends, or as many as are wanted; waits for a slot where none is free.
   * @throws QueueFull, PromptTooLong; an aborted call's reason
   */
  async generate(options: GenerateOptions): Promise<Generated> {
    const { prompt, maxTokens, signal } = options;
    const { model } = this.#options;
    signal.throwIfAborted();
    const tokens = [...(model.tokens.bos === null ? [] : [model.tokens.bos]), ...model.tokenize(prompt)];
    if (tokens.length + 1 > this.#context.contextSize) throw new PromptTooLong(`${tokens.length} tokens do not fit`);
    const limit = Math.min(maxTokens, this.#context.contextSize - tokens.length);
    const sequence = await this.#take(signal);
    const call: EngineCall = { tokens: 0 };
    this.calls.push(call);
    let how: 'stop' | 'length' | 'aborted' | 'failed' = 'failed';
    try {
      const finish = await this.#run(sequence, tokens, limit, options, call);
      how = finish;
      return { finish, tokensIn: tokens.length, tokensOut: call.tokens };
    } catch (error) {
      if (signal.aborted) how = 'aborted';
      throw error;
    } finally {
      call.ended = { how, at: performance.now() };
      this.#giveBack(sequence);
    }
  }

  async dispose(): Promise<void> {
    await this.#context.dispose();
  }

  async #run(sequence: LlamaContextSequence, prompt: Token[], limit: number, { format, temperature, seed, signal, onText }: GenerateOptions, call: EngineCall): Promise<'stop' | 'length'> {
    const { llama, model } = this.#options;
    await sequence.clearHistory();
    // Its types know the schemas that it knows; it reads whatever it is given.
    const grammar = format === undefined ? undefined : format === 'json' ? await llama.getGrammarFor('json') : await llama.createGrammarForJsonSchema(format as Parameters<Llama['createGrammarForJsonSchema']>[0]);
    const state = grammar && new LlamaGrammarEvaluationState({ model, grammar });
    let part: Token[] = [];
    const tell = (evenBroken: boolean): void => {
      const text = model.detokenize(part);
      if (text === '' || (!evenBroken && text.endsWith('\uFFFD') && part.length < LONGEST_CHARACTER)) return;
      part = [];
      onText(text);
    };
    signal.throwIfAborted();
    for await (const token of sequence.evaluate(prompt, { temperature, seed, ...(state ? { grammarEvaluationState: state } : {}) })) {
      signal.throwIfAborted();
      if (model.isEogToken(token)) {
        tell(true);
        return 'stop';
      }
      call.tokens++;
      this.order.push(call);
      part.push(token);
      const last = call.tokens >= limit;
      tell(last);
      if (last) return 'length';
    }
    tell(true);
    return 'stop';
  }

  async #take(signal: AbortSignal): Promise<LlamaContextSequence> {
    const free = this.#free.pop();
    if (free) return free;
    if (this.#waiting.length >= this.#options.queue) throw new QueueFull('no more calls may wait');
    const turn = Promise.withResolvers<LlamaContextSequence>();
    this.#waiting.push(turn.resolve);
    const leave = (): void => {
      const at = this.#waiting.indexOf(turn.resolve);
      if (at === -1) return;
      this.#waiting.splice(at, 1);
      turn.reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    return turn.promise.finally(() => signal.removeEventListener('abort', leave));
  }

  #giveBack(sequence: LlamaContextSequence): void {
    const next = this.#waiting.shift();
    if (next) next(sequence);
    else this.#free.push(sequence);
  }
}
