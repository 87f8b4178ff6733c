import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NotRunError } from '../harness/index.ts'

const INSTALL_MS_MAX = 300_000
/** npm that runs no script of a package by default, the first of its kind on which it was looked at. */
const NPM_12 = 'npm@12.2.0'
/** Stands for the shell that npm gives scripts to: it notes whose they are and runs none. Source: script-shell of docs.npmjs.com/cli/v11/using-npm/config (2026-11-27). */
const RECORDER = `#!/bin/sh
printf '%s %s\\n' "$npm_package_name" "$2" >> "$FAREBOX_RECORD"
`

/** Which scripts an npm would run when it installs a package: `<package> <script>`, one for each. */
export type Recording = { readonly asTold: readonly string[]; readonly npm12: readonly string[]; readonly olderAlone: readonly string[] }

/** Installs a tarball three times: with --ignore-scripts as the pages say, with npm 12 left to itself, and with the npm of this machine allowed all. */
export function recordScripts(tarball: string): Recording {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-recorded-'))
  try {
    const recorder = join(folder, 'recorder')
    writeFileSync(recorder, RECORDER)
    chmodSync(recorder, 0o755)
    const install = (npm: readonly string[], what: string, more: readonly string[]): readonly string[] => {
      const place = mkdtempSync(join(folder, 'install-'))
      writeFileSync(join(place, 'package.json'), '{"private":true}')
      const record = join(place, 'record')
      const [command = '', ...before] = npm
      const given = [...before, 'install', '--no-audit', '--no-fund', `--script-shell=${recorder}`, ...more, what]
      const { status, stderr } = spawnSync(command, given, {
        cwd: place,
        encoding: 'utf8',
        timeout: INSTALL_MS_MAX,
        env: { ...process.env, FAREBOX_RECORD: record },
      })
      if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED/.test(stderr)) throw new NotRunError('npm reaches no registry from here')
      if (status !== 0) throw new Error(`npm install ended with ${status}: ${stderr.slice(-400)}`)
      return existsSync(record) ? readFileSync(record, 'utf8').trim().split('\n') : []
    }
    install(['npm'], NPM_12, ['--ignore-scripts', `--prefix=${join(folder, 'npm-12')}`])
    const npm12 = [process.execPath, join(folder, 'npm-12', 'node_modules', 'npm', 'bin', 'npm-cli.js')]
    return {
      asTold: install(['npm'], tarball, ['--ignore-scripts']),
      npm12: install(npm12, tarball, []),
      olderAlone: install(['npm'], tarball, ['--ignore-scripts=false']),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
