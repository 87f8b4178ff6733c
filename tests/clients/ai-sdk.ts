import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { APICallError, generateText, jsonSchema, type LanguageModel, type ModelMessage, Output, streamText, type ToolSet } from 'ai'
import { type Client, INPUT_SCHEMA, type MakeClient, OUTPUT_MAX, type Question, type Understood } from './client.ts'

/** The `ai` package with its provider for OpenAI, which calls responses. */
export const aiOpenaiClient: MakeClient = (base, apiKey) =>
  clientOf('ai openai', createOpenAI({ baseURL: `${base}/v1`, apiKey }), {
    openai: { reasoningEffort: 'low', reasoningSummary: 'auto', store: false, forceReasoning: true },
  })
/** The `ai` package with its provider for OpenAI, chat completions. */
export const aiOpenaiChatClient: MakeClient = (base, apiKey) =>
  clientOf('ai openai chat', (id) => createOpenAI({ baseURL: `${base}/v1`, apiKey }).chat(id), { openai: { reasoningEffort: 'low' } })
/** The `ai` package with its provider for Anthropic. */
export const aiAnthropicClient: MakeClient = (base, apiKey) =>
  clientOf('ai anthropic', createAnthropic({ baseURL: `${base}/v1`, apiKey }), {
    anthropic: { thinking: { type: 'enabled', budgetTokens: 1_024 } },
  })
/** The `ai` package with its provider for Google. */
export const aiGoogleClient: MakeClient = (base, apiKey) =>
  clientOf('ai google', createGoogleGenerativeAI({ baseURL: `${base}/v1beta`, apiKey }), {
    google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 1_024 } },
  })

type Thinking = NonNullable<Parameters<typeof generateText>[0]['providerOptions']>

function clientOf(name: string, modelOf: (id: string) => LanguageModel, thinking: Thinking): Client {
  const callOf = (question: Question) => ({
    model: modelOf(question.model),
    maxOutputTokens: OUTPUT_MAX,
    maxRetries: 0,
    messages: messagesOf(question),
    ...(question.tools === undefined
      ? {}
      : { tools: Object.fromEntries(question.tools.map((tool) => [tool, { inputSchema: jsonSchema(INPUT_SCHEMA) }])) as ToolSet }),
    ...(question.schema === undefined ? {} : { output: Output.object({ schema: jsonSchema(question.schema) }) }),
    ...(question.thinks === true ? { providerOptions: thinking } : {}),
    ...(question.signal === undefined ? {} : { abortSignal: question.signal }),
  })
  return {
    name,
    tellsThoughts: name !== 'ai openai chat',
    ask: async (question) => understood(await generateText(callOf(question))),
    stream: async (question) => {
      let failed: Error | undefined
      const onError = ({ error }: { readonly error: unknown }): void => {
        failed = error instanceof Error ? error : new Error(String(error))
      }
      const result = streamText({ ...callOf(question), onError })
      await result.consumeStream()
      if (failed !== undefined) throw failed
      return understood({
        ...{ text: await result.text, toolCalls: await result.toolCalls, reasoningText: await result.reasoningText },
        usage: await result.usage,
      })
    },
    statusOf: (thrown) => (APICallError.isInstance(thrown) ? thrown.statusCode : undefined),
  }
}

function messagesOf({ prompt, picture, results = [] }: Question): ModelMessage[] {
  const seen = picture === undefined ? [] : [{ type: 'image' as const, image: picture, mediaType: 'image/png' }]
  const asked: ModelMessage = { role: 'user', content: [{ type: 'text', text: prompt }, ...seen] }
  if (results.length === 0) return [asked]
  return [
    asked,
    {
      role: 'assistant',
      content: results.map(({ id, name, arguments: input }) => ({ type: 'tool-call', toolCallId: id, toolName: name, input })),
    },
    {
      role: 'tool',
      content: results.map(({ id, name, result = '' }) => ({
        ...{ type: 'tool-result', toolCallId: id, toolName: name, output: { type: 'text', value: result } },
      })),
    },
  ]
}

type Result = Pick<Awaited<ReturnType<typeof generateText>>, 'text' | 'toolCalls' | 'reasoningText' | 'usage'>

const understood = ({ text, toolCalls, reasoningText, usage }: Result): Understood => ({
  text,
  tools: toolCalls.map((call) => ({ id: call.toolCallId, name: call.toolName, arguments: call.input as unknown })),
  reasoning: reasoningText ?? '',
  input: usage.inputTokens ?? -1,
  output: usage.outputTokens ?? -1,
})
