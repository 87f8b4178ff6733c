import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** A process that the supervisor starts. */
export type Part = 'control' | 'gateway' | 'sandbox'

/** The file that a process begins with, and all that it has to read for its code. */
export type Entry = { readonly file: string; readonly code: readonly string[] }

const SOURCES: Readonly<Record<Part, readonly string[]>> = {
  control: ['control', 'main.ts'],
  gateway: ['gateway', 'main.ts'],
  sandbox: ['supervisor', 'sandbox-main.ts'],
}

/** Where a part begins below `root`: in the sources of a checkout, or compiled into a folder of its own in the package. */
export function entryOf(root: string, part: Part): Entry {
  const packed = join(root, 'server', part)
  if (existsSync(packed)) return { file: join(packed, `${part}.js`), code: [packed, join(root, 'package.json')] }
  const code = ['src', 'node_modules', 'package.json'].map((name) => join(root, name))
  return { file: join(root, 'src', ...SOURCES[part]), code }
}
