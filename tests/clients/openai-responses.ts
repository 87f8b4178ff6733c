import OpenAI from 'openai'
import { INPUT_SCHEMA, type MakeClient, OUTPUT_MAX, type Question, type ToolUse, type Understood } from './client.ts'

type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming

/** The `openai` package, responses. */
export const openaiResponsesClient: MakeClient = (base, apiKey) => {
  const client = new OpenAI({ baseURL: `${base}/v1`, apiKey, maxRetries: 0 })
  return {
    name: 'openai responses',
    tellsThoughts: true,
    ask: async (question) => understood(await client.responses.create(bodyOf(question), optionsOf(question))),
    stream: async (question) =>
      understood(await client.responses.stream({ ...bodyOf(question), stream: true }, optionsOf(question)).finalResponse()),
    statusOf: (thrown) => (thrown instanceof OpenAI.APIError ? thrown.status : undefined),
  }
}

const optionsOf = ({ signal }: Question) => (signal === undefined ? {} : { signal })

function bodyOf({ model, prompt, tools, results = [], picture, schema, thinks }: Question): Body {
  const seen =
    picture === undefined ? [] : [{ type: 'input_image' as const, detail: 'auto' as const, image_url: `data:image/png;base64,${picture}` }]
  return {
    model,
    max_output_tokens: OUTPUT_MAX,
    store: false,
    input: [
      { role: 'user', content: [{ type: 'input_text', text: prompt }, ...seen] },
      ...results.map(({ id, name, arguments: given }) => ({
        ...{ type: 'function_call' as const, call_id: id, name, arguments: JSON.stringify(given) },
      })),
      ...results.map(({ id, result = '' }) => ({ type: 'function_call_output' as const, call_id: id, output: result })),
    ],
    ...(tools === undefined
      ? {}
      : { tools: tools.map((name) => ({ type: 'function' as const, name, parameters: INPUT_SCHEMA, strict: false })) }),
    ...(schema === undefined ? {} : { text: { format: { type: 'json_schema', name: 'answer', schema, strict: true } } }),
    ...(thinks === true ? { reasoning: { effort: 'low', summary: 'auto' } } : {}),
  }
}

function understood({ output, output_text, usage }: OpenAI.Responses.Response): Understood {
  const thoughts = output.flatMap((item) => (item.type === 'reasoning' ? [...(item.content ?? []), ...item.summary] : []))
  return {
    text: output_text,
    tools: output.flatMap(toolUse),
    reasoning: thoughts.map(({ text }) => text).join(''),
    input: usage?.input_tokens ?? -1,
    output: usage?.output_tokens ?? -1,
  }
}

function toolUse(item: OpenAI.Responses.ResponseOutputItem): readonly ToolUse[] {
  if (item.type === 'custom_tool_call') return [{ id: item.call_id, name: item.name, arguments: { input: item.input } }]
  if (item.type !== 'function_call') return []
  return [{ id: item.call_id, name: item.name, arguments: JSON.parse(item.arguments) as unknown }]
}
