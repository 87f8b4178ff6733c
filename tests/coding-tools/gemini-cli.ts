import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GEMINI_CLI_SETTINGS } from '../../src/spec/index.ts'
import { type CodingTool, callOf, DONE, turnOf, WISH } from './coding-tool.ts'

/** Gemini CLI. Source: https://geminicli.com/docs/reference/configuration (2026-11-26). */
export const geminiCli: CodingTool = {
  name: 'Gemini CLI',
  package: '@google/gemini-cli@0.61.0',
  session: ({ home, base, key, model }, modules) => {
    mkdirSync(join(home, '.gemini'))
    const settings = {
      ...(JSON.parse(GEMINI_CLI_SETTINGS) as object),
      privacy: { usageStatisticsEnabled: false },
      general: { disableAutoUpdate: true },
    }
    writeFileSync(join(home, '.gemini', 'settings.json'), JSON.stringify(settings))
    return {
      program: process.execPath,
      args: [
        join(modules, '@google', 'gemini-cli', 'bundle', 'gemini.js'),
        '-m',
        model,
        '--approval-mode',
        'yolo',
        '--skip-trust',
        '-p',
        WISH,
      ],
      env: { HOME: home, GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: base },
    }
  },
  script: (request, { file }) => {
    if (!request.tools.includes('replace')) return { text: 'ok' }
    const turn = turnOf(request)
    if (turn === 0) return callOf('read_file', { file_path: file })
    if (turn === 1)
      return callOf('replace', { file_path: file, old_string: 'ten', new_string: 'twenty', instruction: 'ten becomes twenty' })
    return { text: DONE }
  },
}
