import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CodingTool, callOf, DONE, turnOf, WISH } from './coding-tool.ts'

/** Codex CLI. Source: https://developers.openai.com/codex/config-reference (2026-11-26). */
export const codexCli: CodingTool = {
  name: 'Codex CLI',
  package: '@openai/codex@0.171.0',
  session: ({ home, base, key, model }, modules) => {
    mkdirSync(join(home, '.codex'))
    writeFileSync(
      join(home, '.codex', 'config.toml'),
      `model_provider = "farebox"
web_search = "disabled"
[model_providers.farebox]
name = "Farebox"
base_url = "${base}/v1"
env_key = "FAREBOX_KEY"
wire_api = "responses"
`,
    )
    return {
      program: process.execPath,
      // The sandbox of the tool wants rights that a test's machine need not give.
      args: [
        join(modules, '@openai', 'codex', 'bin', 'codex.js'),
        'exec',
        '--skip-git-repo-check',
        '-s',
        'danger-full-access',
        '-m',
        model,
        WISH,
      ],
      env: { HOME: home, CODEX_HOME: join(home, '.codex'), FAREBOX_KEY: key },
    }
  },
  script: (request, { file }) => {
    if (!request.tools.includes('exec_command')) return { text: 'ok' }
    if (turnOf(request) === 0) return callOf('exec_command', { cmd: `sed -i 's/ten/twenty/' ${file}` })
    return { text: DONE }
  },
}
