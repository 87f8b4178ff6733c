import { join } from 'node:path'
import { type CodingTool, callOf, DONE, turnOf, WISH } from './coding-tool.ts'

/** Claude Code. Source: https://code.claude.com/docs/en/llm-gateway and /headless (2026-11-26). */
export const claudeCode: CodingTool = {
  name: 'Claude Code',
  package: '@anthropic-ai/claude-code@2.1.197',
  session: ({ home, base, key, model }, modules) => ({
    program: join(modules, '@anthropic-ai', `claude-code-${process.platform}-${process.arch}`, 'claude'),
    args: ['-p', WISH, '--model', model, '--output-format', 'json', '--permission-mode', 'acceptEdits', '--max-turns', '8'],
    env: {
      ...{ HOME: home, ANTHROPIC_BASE_URL: base, ANTHROPIC_API_KEY: key, ANTHROPIC_DEFAULT_HAIKU_MODEL: model },
      ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' },
    },
  }),
  script: (request, { file }) => {
    if (!request.tools.includes('Edit')) return { text: 'ok' }
    const turn = turnOf(request)
    if (turn === 0) return callOf('Read', { file_path: file })
    if (turn === 1) return callOf('Edit', { file_path: file, old_string: 'ten', new_string: 'twenty' })
    return { text: DONE }
  },
}
