/** Where a tool is to call, without a slash at the end, what it asks for, and what stands where its key is typed. */
export type ToolTarget = { readonly url: string; readonly model: string; readonly key: string }

/** How a tool is set up: lines for a shell or a file, fields of a screen, and the command that starts it where it needs one. */
export type ToolSettings = {
  readonly name: string
  readonly block?: { readonly kind: 'shell' | 'file'; readonly file?: string; readonly text: string }
  readonly fields?: readonly (readonly [name: string, value: string])[]
  readonly run?: string
}

/** What has Gemini CLI take a key; without it a session that asks nobody ends with "Invalid auth method selected". */
export const GEMINI_CLI_SETTINGS = '{ "security": { "auth": { "selectedType": "gemini-api-key" } } }'

/** The tools that are set up by hand, by the name that pages link to. A shell has the key in FAREBOX_KEY. */
export const TOOL_SETTINGS = {
  /** Source: code.claude.com/docs/en/llm-gateway: the base URL without /v1, the token goes as a bearer (2026-11-26). */
  'claude-code': ({ url, model }) => ({
    name: 'Claude Code',
    block: {
      kind: 'shell',
      text: `export ANTHROPIC_BASE_URL=${url}
export ANTHROPIC_AUTH_TOKEN=$FAREBOX_KEY
claude --model ${model}`,
    },
  }),
  /** Source: developers.openai.com/codex/config-reference: wire_api "responses" alone; it asks for searches unless it is told not to (2026-11-29). */
  'codex-cli': ({ url, model }) => ({
    name: 'Codex CLI',
    block: {
      ...{ kind: 'file', file: '~/.codex/config.toml' },
      text: `model = "${model}"
model_provider = "farebox"
web_search = "disabled"

[model_providers.farebox]
name = "Farebox"
base_url = "${url}/v1"
env_key = "FAREBOX_KEY"
wire_api = "responses"`,
    },
    run: 'codex',
  }),
  /** Source: geminicli.com/docs/reference/configuration; with a base URL it takes no key that its settings do not name (0.61.0, 2026-11-29). */
  'gemini-cli': ({ url, model }) => ({
    name: 'Gemini CLI',
    block: {
      ...{ kind: 'file', file: '~/.gemini/settings.json' },
      text: GEMINI_CLI_SETTINGS,
    },
    run: `GOOGLE_GEMINI_BASE_URL=${url} GEMINI_API_KEY=$FAREBOX_KEY gemini -m ${model}`,
  }),
  /** Source: cursor.com/docs/settings/api-keys (2026-11-26). */
  cursor: ({ url, model, key }) => ({
    name: 'Cursor',
    fields: [
      ['OpenAI API Key', key],
      ['Override OpenAI Base URL', `${url}/v1`],
      ['Add model', model],
    ],
  }),
  /** Source: docs.cline.bot/provider-config/openai-compatible (2026-11-26). */
  cline: ({ url, model, key }) => ({
    name: 'Cline',
    fields: [
      ['API Provider', 'OpenAI Compatible'],
      ['Base URL', `${url}/v1`],
      ['API Key', key],
      ['Model ID', model],
    ],
  }),
  /** Source: docs.continue.dev/customize/model-providers/top-level/openai (2026-11-26). */
  continue: ({ url, model, key }) => ({
    name: 'Continue',
    block: {
      ...{ kind: 'file', file: '~/.continue/config.yaml' },
      text: `name: My Config
version: 0.0.1
schema: v1
models:
  - name: ${model}
    provider: openai
    model: ${model}
    apiBase: ${url}/v1
    apiKey: ${key}`,
    },
  }),
  /** Source: librechat.ai/docs/configuration/librechat_yaml/object_structure/custom_endpoint (2026-11-26). */
  librechat: ({ url, model }) => ({
    name: 'LibreChat',
    block: {
      ...{ kind: 'file', file: 'librechat.yaml' },
      text: `endpoints:
  custom:
    - name: 'Farebox'
      apiKey: '\${FAREBOX_KEY}'
      baseURL: '${url}/v1'
      models:
        default: ['${model}']
        fetch: true
      titleConvo: true
      titleModel: '${model}'`,
    },
  }),
  /** Source: docs.openwebui.com/features/openai (2026-11-26). */
  'open-webui': ({ url }) => ({
    name: 'Open WebUI',
    block: {
      kind: 'shell',
      text: `docker run -d -p 3000:8080 \\
  -e OPENAI_API_BASE_URL=${url}/v1 \\
  -e OPENAI_API_KEY=$FAREBOX_KEY \\
  -v open-webui:/app/backend/data \\
  --name open-webui ghcr.io/open-webui/open-webui:main`,
    },
  }),
} as const satisfies Readonly<Record<string, (target: ToolTarget) => ToolSettings>>
export type ToolId = keyof typeof TOOL_SETTINGS
