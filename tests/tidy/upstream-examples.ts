/** A farebox.yaml for one kind of server; `where`: a cloud, or a machine of one's own. */
export type UpstreamExample = { readonly name: string; readonly where: 'cloud' | 'own'; readonly notes: string; readonly yaml: string }

/** The examples of docs/upstreams.md; a test reads each as `farebox apply` would. Sources, all read 2026-11-26, stand in the notes. */
export const EXAMPLES: readonly UpstreamExample[] = [
  {
    name: 'Azure OpenAI',
    where: 'cloud',
    notes:
      'The route’s model is the name of a deployment. Without `api_version` calls go to the [v1 API](https://learn.microsoft.com/en-us/azure/foundry/openai/api-version-lifecycle); with one, to `/openai/deployments/…` of that version. Chats, completions, vectors, pictures, speech and transcripts are served by either, as far as the version has them; responses by the v1 API alone; moderations and variations of pictures by neither.',
    yaml: `upstreams:
  - id: azure
    kind: azure-openai
    base_url: https://my-resource.openai.azure.com
    api_key: \${AZURE_OPENAI_API_KEY}
    # api_version: 2024-10-21
models:
  - id: gpt-4.1
    context: 1047576
    output_max: 32768
    price: { input: "2.00", output: "8.00", cache_read: "0.50" }
    routes: [{ upstream: azure, model: my-gpt-41-deployment }]`,
  },
  {
    name: 'Amazon Bedrock',
    where: 'cloud',
    notes:
      'Calls go to the endpoint of a region that stands in the address: [mantle](https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html) (`https://bedrock-mantle.us-east-1.api.aws`) or [runtime](https://docs.aws.amazon.com/bedrock/latest/userguide/models-endpoint-availability.html) (`https://bedrock-runtime.us-east-1.amazonaws.com`, also of one’s own network). Models with `anthropic.` in their name are asked in Anthropic’s protocol, which at runtime is `InvokeModel`, its streams in the framing of AWS; all others in OpenAI’s chat completions. Models that have neither there (`Converse` alone) are not offered. The key is a Bedrock API key, or an access key of AWS as `AKIA…:secret`, with which calls are signed (Signature Version 4) and which then is never sent.',
    yaml: `upstreams:
  - id: bedrock
    kind: bedrock
    base_url: https://bedrock-mantle.us-east-1.api.aws
    api_key: \${AWS_BEARER_TOKEN_BEDROCK}
models:
  - id: claude-haiku
    context: 200000
    output_max: 64000
    price: { input: "1.00", output: "5.00", cache_read: "0.10" }
    routes: [{ upstream: bedrock, model: anthropic.claude-haiku-4-5 }]
  - id: gpt-oss-120b
    context: 131072
    output_max: 32768
    price: { input: "0.15", output: "0.60" }
    routes: [{ upstream: bedrock, model: openai.gpt-oss-120b }]`,
  },
  {
    name: 'Google Cloud (Vertex)',
    where: 'cloud',
    notes:
      'Google’s own models in Gemini’s protocol, and Anthropic’s (names that begin with `claude`) in theirs, [as Google serves them](https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude), in the region of the address, in those of `https://aiplatform.eu.rep.googleapis.com` or of `us`, or in any with `https://aiplatform.googleapis.com`. Vectors come from `gemini-embedding-2` and later by `embedContent`; older models of vectors, batches of vectors, other publishers’ models and service tiers are not offered there. The key is the key file of a service account in base64 (`base64 -w0 key.json`); gateways get access tokens with it, which end within the hour, and send nothing else.',
    yaml: `upstreams:
  - id: vertex
    kind: vertex
    base_url: https://europe-west1-aiplatform.googleapis.com
    api_key: \${VERTEX_KEY_BASE64}
models:
  - id: claude-haiku-eu
    context: 200000
    output_max: 64000
    price: { input: "1.00", output: "5.00", cache_read: "0.10" }
    routes: [{ upstream: vertex, model: claude-haiku-4-5@20251001 }]
  - id: gemini-flash-eu
    context: 1048576
    output_max: 65536
    price: { input: "0.30", output: "2.50", cache_read: "0.03" }
    routes: [{ upstream: vertex, model: gemini-2.5-flash }]`,
  },
  {
    name: 'vLLM',
    where: 'own',
    notes:
      '`vllm serve MODEL --max-model-len 131072`. Its chunks say which stop sequence was hit in `stop_reason`, which is passed on, and told in the customer’s own protocol where the call is translated. [Source](https://docs.vllm.ai/en/stable/serving/openai_compatible_server/).',
    yaml: ownServer('vllm', 'http://10.0.0.7:8000/v1', { id: 'my/qwen3', model: 'Qwen/Qwen3-32B', context: 131_072 }),
  },
  {
    name: 'SGLang',
    where: 'own',
    notes:
      '`python -m sglang.launch_server --model-path MODEL --port 30000`. [Source](https://docs.sglang.ai/basic_usage/openai_api.html).',
    yaml: ownServer('sglang', 'http://10.0.0.7:30000/v1', { id: 'my/deepseek', model: 'deepseek-ai/DeepSeek-V3.2', context: 163_840 }),
  },
  {
    name: 'llama.cpp',
    where: 'own',
    notes:
      '`llama-server -m MODEL.gguf -c 32768 --port 8090`. It tells usage, and `timings` of its own beside it, in the last chunk that has choices; customers see that chunk as it came. [Source](https://github.com/ggml-org/llama.cpp/issues/15443).',
    yaml: ownServer('llama', 'http://127.0.0.1:8090/v1', { id: 'my/gemma', model: 'gemma-3-27b', context: 32_768 }),
  },
  {
    name: 'Ollama',
    where: 'own',
    notes:
      'A prompt that is longer than the context is cut in silence, so set `OLLAMA_CONTEXT_LENGTH` to what stands here. Usage comes in the chunk that is asked for. [Source](https://docs.ollama.com/openai).',
    yaml: ownServer('ollama', 'http://127.0.0.1:11434/v1', { id: 'my/llama', model: 'llama3.3:70b', context: 65_536 }),
  },
  {
    name: 'TGI',
    where: 'own',
    notes:
      '`text-generation-launcher --model-id MODEL --max-total-tokens 32768`. It answers as the model `tgi` whatever was asked, so rows of usage show the model as *other* unless the route names it so. [Source](https://huggingface.co/docs/text-generation-inference/messages_api).',
    yaml: ownServer('tgi', 'http://10.0.0.7:3000/v1', { id: 'my/mistral', model: 'tgi', context: 32_768 }),
  },
]

type OwnModel = { readonly id: string; readonly model: string; readonly context: number }

function ownServer(upstream: string, baseUrl: string, { id, model, context }: OwnModel): string {
  return `upstreams:
  - id: ${upstream}
    kind: openai-compatible
    base_url: ${baseUrl}
    placement: local
models:
  - id: ${id}
    context: ${context}
    output_max: 16384
    price: { input: "0.20", output: "0.60" }
    routes: [{ upstream: ${upstream}, model: "${model}" }]`
}
