import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BEFORE, type CodingTool, type Command, type Place } from './coding-tool.ts'

const INSTALL_MS_MAX = 120_000
const SESSION_MS_MAX = 90_000

/** Installs a tool into a folder, without running anything of it; the folder of its packages, or why it cannot be had. */
export function install(tool: CodingTool, folder: string): { readonly modules: string } | { readonly reason: string } {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', tool.package]
  const { status, error } = spawnSync('npm', args, { cwd: folder, timeout: INSTALL_MS_MAX, stdio: 'ignore' })
  if (status === 0) return { modules: join(folder, 'node_modules') }
  return { reason: `npm could not install ${tool.package} (${error === undefined ? `exit ${status}` : error.message})` }
}

/** A home and a folder with the file to edit. */
export function makePlace(world: Pick<Place, 'base' | 'key' | 'model'>): Place {
  const root = mkdtempSync(join(tmpdir(), 'farebox-session-'))
  const [home, folder] = [join(root, 'home'), join(root, 'work')]
  for (const path of [home, folder]) mkdirSync(path)
  const file = join(folder, 'ferry.txt')
  writeFileSync(file, BEFORE)
  return { ...world, home, folder, file }
}

/** Runs a session to its end: its exit code, undefined when it took too long, and what it printed. */
export async function runSession(command: Command, folder: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const child = spawn(command.program, command.args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: path, NO_COLOR: '1', CI: '1', ...command.env },
  })
  return await ended(child)
}

function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly output: string }> {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += String(text)))
  const timer = setTimeout(() => child.kill('SIGKILL'), SESSION_MS_MAX)
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, output })
    })
  })
}
