import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The user of the image, who owns its data; root would be let past every mode. */
const UID = 10_001
const KEY = 'master-1.key'

/**
 * Runs what the chart has a pod do before it starts, twice on one volume, as a user without rights and in a folder of its own; tells what went
 * wrong, and nothing where the second start has its keys as the first had, and for itself alone.
 */
export function troubleOfStartingTwice(command: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-pod-'))
  const [keys, data] = [join(folder, 'master-keys'), join(folder, 'data')]
  const here = command.map((word) => word.replaceAll('/var/lib/farebox', data).replaceAll('/master-keys/', `${keys}/`))
  try {
    for (const made of [keys, data]) mkdirSync(made)
    // As a Secret is mounted: to be read by its group, and written by nobody.
    writeFileSync(join(keys, KEY), 'k'.repeat(32))
    chmodSync(join(keys, KEY), 0o440)
    const user = process.getuid?.() === 0 ? { uid: UID, gid: UID } : {}
    if ('uid' in user) for (const path of [folder, keys, join(keys, KEY), data]) chownSync(path, UID, UID)
    return ['first', 'second'].flatMap((start) =>
      troubleOf({ here, user, kept: join(data, 'node', 'keys', KEY) }).map((one) => `${start} start: ${one}`),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Start = { readonly here: readonly string[]; readonly user: { readonly uid?: number; readonly gid?: number }; readonly kept: string }

function troubleOf({ here: [program = '', ...given], user, kept }: Start): readonly string[] {
  const { status, stderr, error } = spawnSync(program, given, { ...user, cwd: '/', encoding: 'utf8', timeout: 10_000 })
  if (status !== 0) return [error?.message ?? stderr.trim().slice(-200)]
  const mode = statSync(kept).mode & 0o777
  if (mode !== 0o600) return [`the key has the mode ${mode.toString(8)}`]
  return readFileSync(kept, 'utf8') === 'k'.repeat(32) ? [] : ['the key is another']
}
