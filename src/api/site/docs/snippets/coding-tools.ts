import type { Filling, Snippet } from './snippet.ts'
import { toolSnippet } from './tool-snippet.ts'

/** Coding tools, with what their settings were checked against. The first three are run by tests/coding-tools.test.ts. */
export const codingToolSnippets = (filling: Filling): readonly Snippet[] => [
  toolSnippet(filling, 'claude-code', { kind: 'tool', note: 'claude', source: 'https://code.claude.com/docs/en/llm-gateway' }),
  toolSnippet(filling, 'codex-cli', { kind: 'tool', note: 'codex', source: 'https://developers.openai.com/codex/config-reference' }),
  toolSnippet(filling, 'gemini-cli', { kind: 'tool', note: 'gemini', source: 'https://geminicli.com/docs/reference/configuration' }),
  toolSnippet(filling, 'cursor', { kind: 'tool', note: 'cursor', source: 'https://cursor.com/docs/settings/api-keys' }),
  toolSnippet(filling, 'cline', { kind: 'tool', note: 'cline', source: 'https://docs.cline.bot/provider-config/openai-compatible' }),
  toolSnippet(filling, 'continue', {
    ...{ kind: 'tool', note: 'continue' },
    source: 'https://docs.continue.dev/customize/model-providers/top-level/openai',
  }),
]
