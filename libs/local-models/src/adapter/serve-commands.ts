/** The command that makes an Ollama model of a base and an adapter; `PATH` is a GGUF file or a folder of safetensors. */
export const modelfileCommand = (model: string, adapter: string): string => `printf 'FROM ${model}\\nADAPTER PATH\\n' > Modelfile && ollama create ${adapter} -f Modelfile`;

/** The command that serves a model with an adapter; `runtime` as the server names itself, vLLM's where it does not. `PATH` is where the adapter lies. */
export function serveCommand(runtime: string | undefined, model: string, adapter: string): string {
  if (runtime === 'llamacpp') return `llama-server -m MODEL.gguf --alias ${model} --lora ${adapter}.gguf --lora-init-without-apply`;
  if (runtime === 'sglang') return `python -m sglang.launch_server --model-path ${model} --enable-lora --lora-paths ${adapter}=PATH`;
  return `vllm serve ${model} --enable-lora --lora-modules ${adapter}=PATH`;
}
