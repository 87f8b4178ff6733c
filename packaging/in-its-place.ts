import { readFileSync } from 'node:fs'
import { basename, dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

type Step = { readonly emitFile: (file: { readonly type: 'asset'; readonly fileName: string; readonly source: Uint8Array }) => unknown }

/**
 * A step of the bundler by which a module of ours still knows where it lies: what it reads beside itself is in the package at the same
 * place, while its code is in a file two folders below the root, server/<part>/. What it reads of another package lies beside its code.
 */
export const inItsPlace = (root: string) => ({
  name: 'in-its-place',
  enforce: 'pre' as const,
  transform(this: Step, code: string, id: string): { readonly code: string; readonly map: null } | undefined {
    const path = relative(root, id).replaceAll('\\', '/')
    if (!/^(?:src|sim)\//.test(path) || !code.includes('import.meta.')) return undefined
    const beside = (_: string, file: string): string => {
      const from = fileURLToPath(import.meta.resolve(file))
      this.emitFile({ type: 'asset', fileName: basename(from), source: readFileSync(from) })
      return `new URL(${JSON.stringify(basename(from))}, import.meta.url).href`
    }
    const place = code
      .replace(/\bimport\.meta\.dirname\b/g, `import.meta.dirname.replace(/[^/\\\\]+[/\\\\][^/\\\\]+$/, ${JSON.stringify(dirname(path))})`)
      .replace(/\bimport\.meta\.url\b/g, `new URL(${JSON.stringify(`../../${path}`)}, import.meta.url).href`)
      .replace(/\bimport\.meta\.main\b/g, 'false')
      .replace(/\bimport\.meta\.resolve\('([^']+)'\)/g, beside)
    return { code: place, map: null }
  },
})
