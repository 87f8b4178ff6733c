import type { Filling, Snippet } from './snippet.ts'

const CHECKED = '2026-11-26'

/**
 * Coding tools. Sources, all read 2026-11-26: code.claude.com/docs/en/llm-gateway (base URL without /v1; the token goes as a bearer),
 * developers.openai.com/codex/config-reference (wire_api "responses" alone), geminicli.com/docs/reference/configuration,
 * cursor.com/docs/settings/api-keys, docs.cline.bot/provider-config/openai-compatible, docs.continue.dev/customize/model-providers. The
 * first three are run by tests/coding-tools.test.ts.
 */
export const codingToolSnippets = (filling: Filling): readonly Snippet[] => [...terminalSnippets(filling), ...editorSnippets(filling)]

const terminalSnippets = ({ publicUrl: url, model }: Filling): readonly Snippet[] => [
  {
    ...{
      id: 'claude-code',
      name: 'Claude Code',
      kind: 'tool',
      checked: CHECKED,
      note: 'claude',
      source: 'https://code.claude.com/docs/en/llm-gateway',
    },
    blocks: [
      {
        kind: 'shell',
        text: `export ANTHROPIC_BASE_URL=${url}
export ANTHROPIC_AUTH_TOKEN=$FAREBOX_KEY
claude --model ${model}`,
      },
    ],
  },
  {
    ...{
      id: 'codex-cli',
      name: 'Codex CLI',
      kind: 'tool',
      checked: CHECKED,
      note: 'codex',
      source: 'https://developers.openai.com/codex/config-reference',
    },
    blocks: [
      {
        ...{ kind: 'file', file: '~/.codex/config.toml' },
        text: `model = "${model}"
model_provider = "farebox"

[model_providers.farebox]
name = "Farebox"
base_url = "${url}/v1"
env_key = "FAREBOX_KEY"
wire_api = "responses"`,
      },
      { kind: 'run', text: 'codex' },
    ],
  },
  {
    ...{
      id: 'gemini-cli',
      name: 'Gemini CLI',
      kind: 'tool',
      checked: CHECKED,
      note: 'gemini',
      source: 'https://geminicli.com/docs/reference/configuration',
    },
    blocks: [
      {
        kind: 'shell',
        text: `export GOOGLE_GEMINI_BASE_URL=${url}
export GEMINI_API_KEY=$FAREBOX_KEY
gemini -m ${model}`,
      },
    ],
  },
]

const editorSnippets = ({ publicUrl: url, model }: Filling): readonly Snippet[] => [
  {
    ...{
      id: 'cursor',
      name: 'Cursor',
      kind: 'tool',
      checked: CHECKED,
      note: 'cursor',
      source: 'https://cursor.com/docs/settings/api-keys',
    },
    blocks: [],
    fields: [
      ['OpenAI API Key', 'fbx_…'],
      ['Override OpenAI Base URL', `${url}/v1`],
      ['Add model', model],
    ],
  },
  {
    ...{
      id: 'cline',
      name: 'Cline',
      kind: 'tool',
      checked: CHECKED,
      note: 'cline',
      source: 'https://docs.cline.bot/provider-config/openai-compatible',
    },
    blocks: [],
    fields: [
      ['API Provider', 'OpenAI Compatible'],
      ['Base URL', `${url}/v1`],
      ['API Key', 'fbx_…'],
      ['Model ID', model],
    ],
  },
  {
    ...{ id: 'continue', name: 'Continue', kind: 'tool', checked: CHECKED, note: 'continue' },
    source: 'https://docs.continue.dev/customize/model-providers/top-level/openai',
    blocks: [
      {
        ...{ kind: 'file', file: '~/.continue/config.yaml' },
        text: `name: My Config
version: 0.0.1
schema: v1
models:
  - name: ${model}
    provider: openai
    model: ${model}
    apiBase: ${url}/v1
    apiKey: fbx_…`,
      },
    ],
  },
]
