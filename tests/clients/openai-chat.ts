import OpenAI from 'openai'
import { INPUT_SCHEMA, type MakeClient, OUTPUT_MAX, type Question, type ToolUse, type Understood } from './client.ts'

type Chat = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming

/** What other providers add. */
type Reasoned = { readonly reasoning_content?: string }

/** The `openai` package, chat completions. */
export const openaiChatClient: MakeClient = (base, apiKey) => {
  const client = new OpenAI({ baseURL: `${base}/v1`, apiKey, maxRetries: 0 })
  return {
    name: 'openai chat',
    tellsThoughts: true,
    ask: async (question) => understood(await client.chat.completions.create(bodyOf(question), optionsOf(question))),
    stream: async (question) => {
      const asked = { ...bodyOf(question), stream: true as const, stream_options: { include_usage: true } }
      const stream = client.chat.completions.stream(asked, optionsOf(question))
      // The client puts together what OpenAI itself sends, which is no reasoning.
      let reasoning = ''
      stream.on('chunk', ({ choices }) => {
        reasoning += (choices[0]?.delta as Reasoned | undefined)?.reasoning_content ?? ''
      })
      return { ...understood(await stream.finalChatCompletion()), reasoning }
    },
    statusOf: (thrown) => (thrown instanceof OpenAI.APIError ? thrown.status : undefined),
  }
}

const optionsOf = ({ signal }: Question) => (signal === undefined ? {} : { signal })

function bodyOf({ model, prompt, tools, results, picture, schema, thinks }: Question): Chat {
  const seen = picture === undefined ? [] : [{ type: 'image_url' as const, image_url: { url: `data:image/png;base64,${picture}` } }]
  return {
    model,
    max_completion_tokens: OUTPUT_MAX,
    messages: [{ role: 'user', content: [{ type: 'text', text: prompt }, ...seen] }, ...resultsOf(results)],
    ...(tools === undefined ? {} : { tools: tools.map((name) => ({ type: 'function', function: { name, parameters: INPUT_SCHEMA } })) }),
    ...(schema === undefined ? {} : { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } } }),
    ...(thinks === true ? { reasoning_effort: 'low' } : {}),
  }
}

function resultsOf(results: Question['results'] = []): Chat['messages'] {
  if (results.length === 0) return []
  const calls = results.map(({ id, name, arguments: given }) => ({
    ...{ type: 'function' as const, id, function: { name, arguments: JSON.stringify(given) } },
  }))
  return [
    { role: 'assistant', tool_calls: calls },
    ...results.map(({ id, result = '' }) => ({ role: 'tool' as const, tool_call_id: id, content: result })),
  ]
}

function understood({ choices, usage }: OpenAI.Chat.Completions.ChatCompletion): Understood {
  const message = choices[0]?.message
  return {
    text: message?.content ?? '',
    tools: (message?.tool_calls ?? []).map(toolUse),
    reasoning: (message as Reasoned | undefined)?.reasoning_content ?? '',
    input: usage?.prompt_tokens ?? -1,
    output: usage?.completion_tokens ?? -1,
  }
}

const toolUse = (call: OpenAI.Chat.Completions.ChatCompletionMessageToolCall): ToolUse =>
  call.type === 'custom'
    ? { id: call.id, name: call.custom.name, arguments: { input: call.custom.input } }
    : { id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments) as unknown }
