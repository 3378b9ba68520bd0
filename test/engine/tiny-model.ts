import { Chance } from '@switchyard/testing';
import { encodeGguf, type GgufTensor } from './encode-gguf.ts';
import { adaptedFollowers, baseFollowers, vocabulary } from './tiny-vocabulary.ts';

/** Of a token's vector: as many as heads of 64 that hold a place for each token. */
const HEAD = 64;
const WIDTH = Math.ceil(vocabulary.tokens.length / HEAD) * HEAD;
const HIDDEN = 64;
const CONTEXT = 4_096;
const SIZE = vocabulary.tokens.length;

/** How much the seeded weights add to a token's own vector of length 1: enough that every token before it tells, too little to turn words into noise. */
const BLEND = 0.1;

/** Numbers of mean 0 and the variance 1 / `inputs`, which keep a vector's length, times `scale`. */
function seeded(name: string, inputs: number, outputs: number, scale = 1): GgufTensor {
  const chance = new Chance(`tiny model ${name}`);
  const most = Math.sqrt(3 / inputs) * scale;
  return { name, shape: [inputs, outputs], data: Float32Array.from({ length: inputs * outputs }, () => chance.between(-most, most)) };
}
const ones = (name: string): GgufTensor => ({ name, shape: [WIDTH], data: new Float32Array(WIDTH).fill(1) });

/** A vector of its own for every token: 1 at the token's place. */
const embedding = (): GgufTensor => {
  const data = new Float32Array(WIDTH * SIZE);
  for (let token = 0; token < SIZE; token++) data[token * WIDTH + token] = 1;
  return { name: 'token_embd.weight', shape: [WIDTH, SIZE], data };
};

/** `[follower * WIDTH + token]`: what the normed vector of a token, of length √WIDTH, is multiplied with to give the logarithms. */
function followersByToken(followers: Float64Array): Float32Array {
  const data = new Float32Array(WIDTH * SIZE);
  for (let token = 0; token < SIZE; token++) {
    for (let follower = 0; follower < SIZE; follower++) data[follower * WIDTH + token] = (followers[token * SIZE + follower] ?? 0) / Math.sqrt(WIDTH);
  }
  return data;
}

/**
 * A model of one layer as a GGUF file, a few megabytes, the same bytes every time. Its output weights are the logarithms of which
 * token follows which in a few sentences, its attention and feed-forward weights are seeded numbers. It strings letters
 * together: what it says means nothing.
 */
export function encodeTinyModel(): Buffer {
  const block = (name: string): string => `blk.0.${name}.weight`;
  return encodeGguf(
    {
      'general.architecture': { type: 'string', value: 'llama' },
      'general.name': { type: 'string', value: 'tiny' },
      'llama.context_length': { type: 'u32', value: CONTEXT },
      'llama.embedding_length': { type: 'u32', value: WIDTH },
      'llama.block_count': { type: 'u32', value: 1 },
      'llama.feed_forward_length': { type: 'u32', value: HIDDEN },
      'llama.attention.head_count': { type: 'u32', value: WIDTH / HEAD },
      'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-6 },
      'llama.rope.dimension_count': { type: 'u32', value: HEAD },
      // An embedding is the mean over all tokens (1 of llama.cpp's `llama_pooling_type`).
      'llama.pooling_type': { type: 'u32', value: 1 },
      'llama.vocab_size': { type: 'u32', value: SIZE },
      'tokenizer.ggml.model': { type: 'string', value: 'llama' },
      'tokenizer.ggml.tokens': { type: 'strings', value: vocabulary.tokens },
      'tokenizer.ggml.scores': { type: 'f32s', value: vocabulary.tokens.map(() => 0) },
      'tokenizer.ggml.token_type': { type: 'i32s', value: vocabulary.types },
      'tokenizer.ggml.bos_token_id': { type: 'u32', value: vocabulary.begin },
      'tokenizer.ggml.eos_token_id': { type: 'u32', value: vocabulary.end },
      'tokenizer.ggml.unknown_token_id': { type: 'u32', value: 0 },
      'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
      'tokenizer.ggml.add_space_prefix': { type: 'bool', value: false },
    },
    [
      embedding(),
      ones(block('attn_norm')),
      seeded(block('attn_q'), WIDTH, WIDTH),
      seeded(block('attn_k'), WIDTH, WIDTH),
      seeded(block('attn_v'), WIDTH, WIDTH),
      // What comes in is normed to the length √WIDTH, and what goes out is added to a vector of length 1.
      seeded(block('attn_output'), WIDTH, WIDTH, BLEND / Math.sqrt(WIDTH)),
      ones(block('ffn_norm')),
      seeded(block('ffn_gate'), WIDTH, HIDDEN),
      seeded(block('ffn_up'), WIDTH, HIDDEN),
      seeded(block('ffn_down'), HIDDEN, WIDTH, BLEND / Math.sqrt(HIDDEN)),
      ones('output_norm.weight'),
      { name: 'output.weight', shape: [WIDTH, SIZE], data: followersByToken(baseFollowers()) },
    ],
  );
}

/** A LoRA adapter of the tiny model as a GGUF file: with it, the model strings together letters as they follow in one other sentence. */
export function encodeTinyAdapter(): Buffer {
  const base = baseFollowers();
  const change = followersByToken(adaptedFollowers().map((logarithm, at) => logarithm - (base[at] ?? 0)));
  // The change of the weights is B·A; with A the unit matrix, it is B.
  const unit = new Float32Array(WIDTH * WIDTH);
  for (let at = 0; at < WIDTH; at++) unit[at * WIDTH + at] = 1;
  return encodeGguf(
    {
      'general.type': { type: 'string', value: 'adapter' },
      'general.architecture': { type: 'string', value: 'llama' },
      'general.name': { type: 'string', value: 'tiny adapter' },
      'adapter.type': { type: 'string', value: 'lora' },
      // Divided by the rank by llama.cpp, which then changes nothing.
      'adapter.lora.alpha': { type: 'f32', value: WIDTH },
    },
    [
      { name: 'output.weight.lora_a', shape: [WIDTH, WIDTH], data: unit },
      { name: 'output.weight.lora_b', shape: [WIDTH, SIZE], data: change },
    ],
  );
}
