import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AFTER, type CodingTool, callOf, DONE, turnOf, WISH } from './coding-tool.ts'

/** The tool of the MCP server as a translated call tells it; Codex has server and tool apart, and finds it by both. */
const WRITE_NOTICE = 'mcp__ferry__write_notice'

/** Codex CLI, with a server of tools of its own. Source: https://developers.openai.com/codex/config-reference (2026-11-26). */
export const codexCli: CodingTool = {
  name: 'Codex CLI',
  package: '@openai/codex@0.171.0',
  session: ({ home, file, base, key, model }, modules) => {
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
[mcp_servers.ferry]
command = "${process.execPath}"
args = ["${join(import.meta.dirname, 'mcp-server-child.ts')}", "${file}"]
default_tools_approval_mode = "approve"
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
    // Where nothing is translated, servers go through as they come, and the fake upstream has no words for them.
    const hasServers = request.protocol !== 'openai-responses'
    const turn = turnOf(request)
    if (turn === 0) return callOf('exec_command', { cmd: `sed -i 's/ten/${hasServers ? 'fifteen' : 'twenty'}/' ${file}` })
    if (turn === 1 && hasServers) return callOf(WRITE_NOTICE, { text: AFTER })
    return { text: DONE }
  },
}
