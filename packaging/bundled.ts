import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A package of which something is in a bundle: its name, and the folder below node_modules it came from. */
export type Bundled = { readonly name: string; readonly version: string; readonly folder: string }

type Chunk = { readonly modules?: Readonly<Record<string, { readonly renderedLength: number }>> }

/** A step of the bundler that notes in `unsafeFound` each package of which a byte is written, by its folder relative to `root`. */
export const bundledPackages = (root: string, unsafeFound: Map<string, Bundled>) => ({
  name: 'bundled-packages',
  generateBundle(_: unknown, bundle: Readonly<Record<string, Chunk>>): void {
    const modules = Object.values(bundle).flatMap(({ modules = {} }) => Object.entries(modules))
    const written = modules.filter(([, { renderedLength }]) => renderedLength > 0).map(([id]) => id)
    for (const bundled of packagesIn(root, written)) unsafeFound.set(bundled.folder, bundled)
  },
})

/** The packages that modules belong to, by their paths. */
export function packagesIn(root: string, paths: readonly string[]): readonly Bundled[] {
  const folders = new Set(paths.map((path) => FOLDER.exec(path.replaceAll('\\', '/'))?.[1]).filter((folder) => folder !== undefined))
  return [...folders].sort().map((folder) => {
    const { name, version }: { readonly name: string; readonly version: string } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    )
    return { name, version, folder }
  })
}

/** Greedy up to the last node_modules, as one package may lie in another. */
const FOLDER = /((?:node_modules\/(?:.*\/node_modules\/)?)(?:@[^/]+\/)?[^/]+)\//
