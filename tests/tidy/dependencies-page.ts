import { readFileSync } from 'node:fs'
import { DIRECT, MOST } from '../../packaging/index.ts'

const BEGIN = '<!-- what follows is made by tests/tidy/write-dependencies-page.ts -->'

type Checkout = { readonly dependencies: Readonly<Record<string, string>>; readonly optionalDependencies: Readonly<Record<string, string>> }

/** What package.json says Farebox runs on: name and exact version. */
export function runtimePackages(): Readonly<Record<string, string>> {
  const { dependencies, optionalDependencies }: Checkout = JSON.parse(readFileSync('package.json', 'utf8'))
  return { ...dependencies, ...optionalDependencies }
}

/** docs/dependencies.md with its tables made anew; what stands above them is kept. */
export function dependenciesPage(page: string): string {
  const head = page.slice(0, page.indexOf(BEGIN) + BEGIN.length)
  const counts = Object.entries(MOST).map(([part, most]) => `| ${part} | ${most} |`)
  const rows = Object.entries(runtimePackages())
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, version]) => `| ${name} | ${version} | ${DIRECT[name]?.owner} | ${DIRECT[name]?.reason} | ${DIRECT[name]?.reviewed} |`)
  const table = ['| package | version | answers for it | why | last asked |', '|---|---|---|---|---|', ...rows]
  return [head, '', '| part | packages of others, at most |', '|---|---|', ...counts, '', ...table, ''].join('\n')
}
