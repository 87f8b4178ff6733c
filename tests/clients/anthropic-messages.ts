import Anthropic from '@anthropic-ai/sdk'
import { INPUT_SCHEMA, type MakeClient, OUTPUT_MAX, type Question, type Understood } from './client.ts'

type Body = Anthropic.Messages.MessageCreateParamsNonStreaming

/** The `@anthropic-ai/sdk` package, messages. */
export const anthropicClient: MakeClient = (base, apiKey) => {
  const client = new Anthropic({ baseURL: base, apiKey, maxRetries: 0 })
  return {
    name: 'anthropic messages',
    tellsThoughts: true,
    ask: async (question) => understood(await client.messages.create(bodyOf(question), optionsOf(question))),
    stream: async (question) => understood(await client.messages.stream(bodyOf(question), optionsOf(question)).finalMessage()),
    statusOf: (thrown) => (thrown instanceof Anthropic.APIError ? thrown.status : undefined),
  }
}

const optionsOf = ({ signal }: Question) => (signal === undefined ? {} : { signal })

function bodyOf({ model, prompt, tools, results = [], picture, schema, thinks }: Question): Body {
  const seen =
    picture === undefined
      ? []
      : [{ type: 'image' as const, source: { type: 'base64' as const, media_type: 'image/png' as const, data: picture } }]
  const turns: Body['messages'] =
    results.length === 0
      ? []
      : [
          { role: 'assistant', content: results.map(({ id, name, arguments: input }) => ({ type: 'tool_use', id, name, input })) },
          { role: 'user', content: results.map(({ id, result = '' }) => ({ type: 'tool_result', tool_use_id: id, content: result })) },
        ]
  return {
    model,
    max_tokens: OUTPUT_MAX,
    messages: [{ role: 'user', content: [{ type: 'text', text: prompt }, ...seen] }, ...turns],
    ...(tools === undefined ? {} : { tools: tools.map((name) => ({ name, input_schema: INPUT_SCHEMA })) }),
    ...(schema === undefined ? {} : { output_config: { format: { type: 'json_schema', schema } } }),
    ...(thinks === true ? { thinking: { type: 'enabled', budget_tokens: 1_024 } } : {}),
  }
}

const understood = ({ content, usage }: Anthropic.Messages.Message): Understood => ({
  text: content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
  tools: content.flatMap((block) => (block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: block.input }] : [])),
  reasoning: content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : [])).join(''),
  input: usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
  output: usage.output_tokens,
})
