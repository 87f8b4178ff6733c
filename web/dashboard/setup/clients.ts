/** Where a client is to call, and what it asks for. */
export type Target = { readonly base: string; readonly model: string }

/**
 * How each client is set up, by its name: what docs/clients.md has and tests run, and then editors and front ends as their makers describe it, with
 * the sources of the site's page (src/api/site/docs/snippets, read 2026-11-26). The key is in FAREBOX_KEY, or typed where FAREBOX_KEY stands.
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
const { text } = await generateText({ model: farebox('${model}'), prompt: 'Hello' })`,
  'Claude Code': ({ base, model }) => `ANTHROPIC_BASE_URL=${base} ANTHROPIC_API_KEY=$FAREBOX_KEY claude --model ${model}`,
  'Codex CLI': ({ base, model }) => `# ~/.codex/config.toml, then: codex -m ${model}
model_provider = "farebox"
[model_providers.farebox]
name = "Farebox"
base_url = "${base}/v1"
env_key = "FAREBOX_KEY"
wire_api = "responses"`,
  'Gemini CLI': ({ base, model }) => `GOOGLE_GEMINI_BASE_URL=${base} GEMINI_API_KEY=$FAREBOX_KEY gemini -m ${model}`,
  Cursor: ({ base, model }) => `# Cursor Settings, Models, API Keys
OpenAI API Key            FAREBOX_KEY
Override OpenAI Base URL  ${base}/v1
Add model                 ${model}`,
  Cline: ({ base, model }) => `# Cline, Settings, API Configuration
API Provider  OpenAI Compatible
Base URL      ${base}/v1
API Key       FAREBOX_KEY
Model ID      ${model}`,
  Continue: ({ base, model }) => `# ~/.continue/config.yaml
name: My Config
version: 0.0.1
schema: v1
models:
  - name: ${model}
    provider: openai
    model: ${model}
    apiBase: ${base}/v1
    apiKey: FAREBOX_KEY`,
  LibreChat: ({ base, model }) => `# librechat.yaml
endpoints:
  custom:
    - name: 'Farebox'
      apiKey: '\${FAREBOX_KEY}'
      baseURL: '${base}/v1'
      models:
        default: ['${model}']
        fetch: true
      titleConvo: true
      titleModel: '${model}'`,
  'Open WebUI': ({ base }) => `docker run -d -p 3000:8080 \\
  -e OPENAI_API_BASE_URL=${base}/v1 \\
  -e OPENAI_API_KEY=$FAREBOX_KEY \\
  -v open-webui:/app/backend/data \\
  --name open-webui ghcr.io/open-webui/open-webui:main`,
}
