import { dirname, relative } from 'node:path'

/**
 * A step of the bundler by which a module of ours still knows where it lies: what it reads beside itself is in the package at the same
 * place, while its code is in a file two folders below the root, server/<part>/.
 */
export const inItsPlace = (root: string) => ({
  name: 'in-its-place',
  enforce: 'pre' as const,
  transform(code: string, id: string): { readonly code: string; readonly map: null } | undefined {
    const path = relative(root, id).replaceAll('\\', '/')
    if (!/^(?:src|sim)\//.test(path) || !code.includes('import.meta.')) return undefined
    const place = code
      .replace(/\bimport\.meta\.dirname\b/g, `import.meta.dirname.replace(/[^/\\\\]+[/\\\\][^/\\\\]+$/, ${JSON.stringify(dirname(path))})`)
      .replace(/\bimport\.meta\.url\b/g, `new URL(${JSON.stringify(`../../${path}`)}, import.meta.url).href`)
      .replace(/\bimport\.meta\.main\b/g, 'false')
    return { code: place, map: null }
  },
})
