import type { Filling, Snippet } from './snippet.ts'

const CHECKED = '2026-11-26'

/** A call from a terminal. Source: platform.openai.com/docs/api-reference/chat/create (2026-11-26). */
export const curlSnippet = ({ publicUrl, model }: Filling): string => `curl ${publicUrl}/v1/chat/completions \\
  -H "Authorization: Bearer $FAREBOX_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "${model}",
    "messages": [{"role": "user", "content": "Hello"}]
  }'`

/**
 * The terminal and the packages. Sources, all read 2026-11-26: github.com/openai/openai-python and openai-node (base_url, baseURL),
 * github.com/anthropics/anthropic-sdk-python and -typescript, googleapis.github.io/python-genai and js-genai (HttpOptions), and
 * ai-sdk.dev/providers/ai-sdk-providers/openai. Those in JavaScript are run by tests/sdk.test.ts and tests/gemini-sdk.test.ts.
 */
export const packageSnippets = (filling: Filling): readonly Snippet[] => [
  {
    ...{
      id: 'curl',
      name: 'curl',
      kind: 'terminal',
      checked: CHECKED,
      source: 'https://platform.openai.com/docs/api-reference/chat/create',
    },
    blocks: [{ kind: 'shell', text: curlSnippet(filling) }],
  },
  ...openaiSnippets(filling),
  ...aiSdkSnippets(filling),
  ...anthropicSnippets(filling),
  ...geminiSnippets(filling),
]

const openaiSnippets = ({ publicUrl: url, model }: Filling): readonly Snippet[] => [
  {
    ...{
      id: 'openai-python',
      name: 'OpenAI SDK, Python',
      kind: 'sdk',
      checked: CHECKED,
      source: 'https://github.com/openai/openai-python',
    },
    blocks: [
      { kind: 'install', text: 'pip install openai' },
      {
        ...{ kind: 'file', file: 'call.py' },
        text: `import os
from openai import OpenAI

client = OpenAI(base_url="${url}/v1", api_key=os.environ["FAREBOX_KEY"])
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
      },
    ],
  },
  {
    ...{
      id: 'openai-js',
      name: 'OpenAI SDK, JavaScript',
      kind: 'sdk',
      checked: CHECKED,
      source: 'https://github.com/openai/openai-node',
    },
    blocks: [
      { kind: 'install', text: 'npm install openai' },
      {
        ...{ kind: 'file', file: 'call.mjs' },
        text: `import OpenAI from 'openai'

const client = new OpenAI({
  baseURL: '${url}/v1',
  apiKey: process.env.FAREBOX_KEY,
})
const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
})
console.log(answer.choices[0].message.content)`,
      },
    ],
  },
]

const aiSdkSnippets = ({ publicUrl: url, model }: Filling): readonly Snippet[] => [
  {
    ...{
      id: 'ai-sdk',
      name: 'Vercel AI SDK',
      kind: 'sdk',
      checked: CHECKED,
      note: 'aiSdk',
      source: 'https://ai-sdk.dev/providers/ai-sdk-providers/openai',
    },
    blocks: [
      { kind: 'install', text: 'npm install ai @ai-sdk/openai' },
      {
        ...{ kind: 'file', file: 'call.mjs' },
        text: `import { createOpenAI } from '@ai-sdk/openai'
import { generateText } from 'ai'

const provider = createOpenAI({
  baseURL: '${url}/v1',
  apiKey: process.env.FAREBOX_KEY,
})
const { text } = await generateText({
  model: provider('${model}'),
  prompt: 'Hello',
  providerOptions: { openai: { store: false } },
})
console.log(text)`,
      },
    ],
  },
]

const anthropicSnippets = ({ publicUrl: url, model }: Filling): readonly Snippet[] => [
  {
    ...{
      id: 'anthropic',
      name: 'Anthropic SDK',
      kind: 'sdk',
      checked: CHECKED,
      source: 'https://github.com/anthropics/anthropic-sdk-python',
    },
    blocks: [
      { kind: 'install', text: 'pip install anthropic' },
      {
        ...{ kind: 'file', file: 'call.py' },
        text: `import os
from anthropic import Anthropic

client = Anthropic(base_url="${url}", api_key=os.environ["FAREBOX_KEY"])
message = client.messages.create(
    model="${model}",
    max_tokens=1024,
    messages=[{"role": "user", "content": "Hello"}],
)
print(message.content[0].text)`,
      },
      {
        ...{ kind: 'file', file: 'call.mjs' },
        text: `import Anthropic from '@anthropic-ai/sdk'

const client = new Anthropic({
  baseURL: '${url}',
  apiKey: process.env.FAREBOX_KEY,
})
const message = await client.messages.create({
  model: '${model}',
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'Hello' }],
})
console.log(message.content[0].text)`,
      },
    ],
  },
]

const geminiSnippets = ({ publicUrl: url, model }: Filling): readonly Snippet[] => [
  {
    ...{ id: 'gemini', name: 'Google Gen AI SDK', kind: 'sdk', checked: CHECKED, source: 'https://googleapis.github.io/python-genai/' },
    blocks: [
      { kind: 'install', text: 'pip install google-genai' },
      {
        ...{ kind: 'file', file: 'call.py' },
        text: `import os
from google import genai
from google.genai import types

client = genai.Client(
    api_key=os.environ["FAREBOX_KEY"],
    http_options=types.HttpOptions(base_url="${url}"),
)
print(client.models.generate_content(model="${model}", contents="Hello").text)`,
      },
      {
        ...{ kind: 'file', file: 'call.mjs' },
        text: `import { GoogleGenAI } from '@google/genai'

const client = new GoogleGenAI({
  apiKey: process.env.FAREBOX_KEY,
  httpOptions: { baseUrl: '${url}' },
})
const answer = await client.models.generateContent({ model: '${model}', contents: 'Hello' })
console.log(answer.text)`,
      },
    ],
  },
]
