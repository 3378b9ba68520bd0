export { createOllamaChatModel } from './ollama-chat-model.js';
export { embedTexts, type EmbeddedTexts } from './embed-texts.js';
export { createOpenAiCompatibleChatModel } from './openai-compatible-chat-model.js';
export { openOllamaEmbedder, openOpenAiCompatibleEmbedder } from './embedders.js';
export { DEFAULT_OLLAMA_URL, findLocalEmbedder, findLocalModel, type FindOptions } from './find-local-model.js';
export { isOnSite } from './is-on-site.js';
export type { OllamaOptions } from './ollama-server.js';
export type { OpenAiCompatibleOptions } from './openai-compatible-server.js';
