import { TOOL_SETTINGS, type ToolId, type ToolSettings } from '../../../src/spec/tool-settings.ts'

/** Where a client is to call, and what it asks for. */
export type Target = { readonly base: string; readonly model: string }

/**
 * How each client is set up, by its name: packages as docs/clients.md has them and tests run them, then tools as the site shows them. The
 * key is in FAREBOX_KEY, or typed where FAREBOX_KEY stands.
 */
export const CLIENTS: Readonly<Record<string, (target: Target) => string>> = {
  curl: ({ base, model }) => `export FAREBOX_KEY=

curl ${base}/v1/chat/completions \\
  -H "authorization: Bearer $FAREBOX_KEY" -H 'content-type: application/json' \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`,
  openai: ({ base, model }) => `import OpenAI from 'openai'

const client = new OpenAI({ baseURL: '${base}/v1', apiKey: process.env.FAREBOX_KEY })
const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
})`,
  '@anthropic-ai/sdk': ({ base, model }) => `import Anthropic from '@anthropic-ai/sdk'

const client = new Anthropic({ baseURL: '${base}', apiKey: process.env.FAREBOX_KEY })
const answer = await client.messages.create({
  model: '${model}',
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'Hello' }],
})`,
  '@google/genai': ({ base, model }) => `import { GoogleGenAI } from '@google/genai'

const client = new GoogleGenAI({ apiKey: process.env.FAREBOX_KEY, httpOptions: { baseUrl: '${base}' } })
const answer = await client.models.generateContent({ model: '${model}', contents: 'Hello' })`,
  'Vercel AI SDK': ({ base, model }) => `import { createOpenAI } from '@ai-sdk/openai'
import { generateText } from 'ai'

const farebox = createOpenAI({ baseURL: '${base}/v1', apiKey: process.env.FAREBOX_KEY })
const { text } = await generateText({
  model: farebox('${model}'),
  prompt: 'Hello',
  providerOptions: { openai: { store: false } },
})`,
  ...byTheirName(),
}

/** The tools that the site's page has too, as one text: what is typed where, and how it is started. */
function byTheirName(): Readonly<Record<string, (target: Target) => string>> {
  const settingsOf = (id: ToolId, { base, model }: Target): ToolSettings => TOOL_SETTINGS[id]({ url: base, model, key: 'FAREBOX_KEY' })
  const nothing = { base: '', model: '' }
  return Object.fromEntries(
    (Object.keys(TOOL_SETTINGS) as ToolId[]).map((id) => [settingsOf(id, nothing).name, (target) => textOf(settingsOf(id, target))]),
  )
}

function textOf({ name, block, fields = [], run }: ToolSettings): string {
  const start = run === undefined ? '' : `, then: ${run}`
  if (block !== undefined) return block.file === undefined ? block.text : `# ${block.file}${start}\n${block.text}`
  const width = Math.max(...fields.map(([field]) => field.length))
  return [`# ${name}, Settings`, ...fields.map(([field, value]) => `${field.padEnd(width)}  ${value}`)].join('\n')
}
